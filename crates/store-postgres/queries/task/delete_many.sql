-- task.delete_many
-- Ended tasks of a chunk of an operation, with what they left behind. Locked in the order of ids ($1). A node stays while its
-- workflow (whose row is locked) has not ended: others may need its result.
with doomed as materialized (
    select t.id
    from unnest($1::uuid[]) as asked (id)
    join tasks t on t.id = asked.id
    where t.state::text in ('succeeded', 'failed', 'cancelled', 'expired')
      and (t.workflow_id is null or not exists (select from workflows w where w.id = t.workflow_id and w.finished_at is null))
    for update of t
),
attempts_gone as (
    delete from attempts where task_id = any(array(select id from doomed))
),
logs_gone as (
    delete from task_logs where task_id = any(array(select id from doomed))
),
-- Of their artifacts the bytes go first, then the rows (artifact.take_doomed).
artifacts_doomed as (
    update artifacts set state = 'doomed', due_at = to_timestamp(0)
    where task_id = any(array(select id from doomed)) and state <> 'doomed'
)
delete from tasks where id = any(array(select id from doomed))
returning id
