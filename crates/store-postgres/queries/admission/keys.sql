-- admission.keys
select a.key, count(*) as running, count(*) filter (where t.cancel_requested) as stopping
from admissions a join tasks t on t.id = a.task_id
where a.queue = $1
group by a.key
