-- task.finish_or_repeat
-- Lifecycle::finish for any outcomes ($3: the state the worker wants; `queued` means handed back). An attempt that is not
-- its task's last is kept as history, from the row as it was. Nodes of workflows only if $9 says so, see task.finish. Locked in
-- the order of ids, so that two batches cannot wait for each other in a circle.
with ended as materialized (
    select t.id, t.attempt, t.worker, t.queued_at, t.started_at, f.finished_at, f.result, f.error, f.pattern, f.due_at,
           f.outcome = 'queued' as handed_back,
           case
               when f.outcome in ('retrying', 'queued') and t.cancel_requested then 'cancelled'
               when f.outcome = 'retrying' and t.attempts_used >= t.max_attempts then 'failed'
               else f.outcome
           end::task_state as state
    from unnest($1::uuid[], $2::int4[], $3::text[], $4::timestamptz[], $5::json[], $6::json[], $7::text[],
                $8::timestamptz[])
        as f (id, attempt, outcome, finished_at, result, error, pattern, due_at)
    join tasks t on t.id = f.id and t.attempt = f.attempt
    where t.state::text = 'running'
      and (t.workflow_id is null or $9)
    for update of t
),
kept as (
    insert into attempts (task_id, attempt, state, queued_at, started_at, finished_at, worker, error)
    select id, attempt, state, queued_at, started_at, finished_at, worker, error
    from ended
    where state in ('retrying', 'queued')
    on conflict (task_id, attempt) do nothing
)
update tasks t
set state = e.state, lease_until = null, cancel_requested = false, result = e.result,
    attempts_used = case when e.handed_back then greatest(t.attempts_used - 1, 0) else t.attempts_used end,
    finished_at = case when e.state in ('retrying', 'queued') then null else e.finished_at end,
    due_at = case when e.state = 'retrying' then e.due_at end,
    queued_at = case when e.state = 'queued' then e.finished_at else t.queued_at end,
    error = case when e.state in ('retrying', 'failed') then e.error end,
    fingerprint = case when e.state = 'failed' then
        left(encode(sha256(convert_to(t.name || E'\n' || e.pattern, 'UTF8')), 'hex'), 16) end
from ended e
where t.id = e.id
returning t.id, t.attempt, t.name, t.queue, t.state::text as state
