-- admission.adopt
-- What runs without a slot (it began before the queue was limited) takes one, whether there is room or not.
insert into admissions (task_id, attempt, queue, key, admitted_at, told_at)
select t.id, t.attempt, t.queue, coalesce(t.concurrency_key, ''), coalesce(t.started_at, $2), $2
from tasks t
where t.queue = $1 and t.state = 'running' and not exists (select 1 from admissions a where a.task_id = t.id)
on conflict (task_id) do nothing
