-- name.grant
insert into admissions (task_id, attempt, queue, key, admitted_at, told_at, name)
select t.id, t.attempt + 1, t.queue, coalesce(t.concurrency_key, ''), $3, $3, $1
from unnest($2::uuid[]) as g (id) join tasks t on t.id = g.id
on conflict (task_id) do nothing
