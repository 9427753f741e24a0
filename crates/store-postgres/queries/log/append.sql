-- log.append
-- Lines of tasks that are not stored are dropped; the others are numbered in the order given.
with written as (
    insert into task_logs (task_id, attempt, at, level, message)
    select l.id, l.attempt, l.at, l.level, l.message
    from unnest($1::uuid[], $2::int4[], $3::timestamptz[], $4::text[], $5::text[]) with ordinality
        as l (id, attempt, at, level, message, n)
    where exists (select from tasks t where t.id = l.id)
    order by l.n
    returning task_id, attempt
)
select distinct t.id, w.attempt, t.name, t.queue
from written w join tasks t on t.id = w.task_id
