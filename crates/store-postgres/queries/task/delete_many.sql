-- task.delete_many
-- Ended tasks of a chunk of an operation, with what they left behind. Locked in the order of ids ($1).
with doomed as materialized (
    select t.id
    from unnest($1::uuid[]) as asked (id)
    join tasks t on t.id = asked.id
    where t.state::text in ('succeeded', 'failed', 'cancelled', 'expired')
    for update of t
),
attempts_gone as (
    delete from attempts where task_id = any(array(select id from doomed))
),
logs_gone as (
    delete from task_logs where task_id = any(array(select id from doomed))
)
delete from tasks where id = any(array(select id from doomed))
returning id
