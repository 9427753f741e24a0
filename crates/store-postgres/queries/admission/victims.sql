-- admission.victims
-- The longest admitted of a key that were not asked to stop yet.
select a.task_id
from admissions a join tasks t on t.id = a.task_id
where a.queue = $1 and a.key = $2 and not t.cancel_requested
order by a.admitted_at, a.task_id
limit $3
