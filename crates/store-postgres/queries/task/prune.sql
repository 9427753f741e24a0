-- task.prune
-- Ended tasks past their retention with what they left behind. A task ends after it was accepted, so the range of the
-- state's index up to the cutoff holds all of them. Rows another pruner holds are skipped. Nodes stay as long as their workflow
-- (see workflow.prune, which comes first).
with doomed as materialized (
    select t.id
    from unnest(array['succeeded', 'failed', 'cancelled', 'expired']::task_state[],
                array[$1, $2, $3, $3]::timestamptz[]) as kind (state, before)
    cross join lateral (
        select id from tasks
        where state = kind.state and max_attempts > 0 and created_at < kind.before and finished_at < kind.before
          and (workflow_id is null or not exists (select from workflows w where w.id = workflow_id))
        order by created_at, id
        limit $4
        for update skip locked
    ) t
    limit $4
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
),
-- Locked keys are in use at this moment, by somebody who may wait for their task: they are left.
keys_gone as (
    delete from unique_keys
    where key in (select key from unique_keys where task_id = any(array(select id from doomed)) for update skip locked)
),
gone as (
    delete from tasks where id = any(array(select id from doomed)) returning 1
)
select count(*) as pruned from gone
