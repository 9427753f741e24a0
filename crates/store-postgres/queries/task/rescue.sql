-- task.rescue
-- Lifecycle::rescue. Running tasks are few, so their range in the state's index is read through; rows somebody else changes
-- just now (an outcome, a renewal, another rescuer) are skipped. Nodes of
-- workflows only where those are locked ($5), as what waits for them moves on in the same transaction.
with lost as materialized (
    select id, attempt, worker, queued_at, started_at,
           case
               when cancel_requested then 'cancelled'
               when attempts_used >= max_attempts then 'failed'
               else 'queued'
           end::task_state as next
    from tasks
    where state = 'running' and max_attempts > 0 and lease_until <= $1
      and (workflow_id is null or workflow_id = any($5::uuid[]))
    limit $2
    for update skip locked
),
kept as (
    insert into attempts (task_id, attempt, state, queued_at, started_at, finished_at, worker, error)
    select id, attempt, next, queued_at, started_at, $1, worker, $3
    from lost
    where next = 'queued'
    on conflict (task_id, attempt) do nothing
),
moved as (
    update tasks t
    set state = lost.next, lease_until = null, cancel_requested = false,
        queued_at = case when lost.next = 'queued' then $1 else t.queued_at end,
        finished_at = case when lost.next = 'queued' then null else $1 end,
        error = case when lost.next = 'cancelled' then null else $3::json end,
        fingerprint = case when lost.next = 'failed' then
            left(encode(sha256(convert_to(t.name || E'\n' || $4::text, 'UTF8')), 'hex'), 16) end
    from lost
    where t.id = lost.id
    returning t.*
),
noted as (
    insert into outbox (created_at, task_ids)
    select $1, array_agg(id) from moved where state = 'queued' having count(*) > 0
    returning id
)
select noted.id as outbox, m.state::text as state, m.id, m.name, m.queue, m.priority, m.args, m.kwargs, m.options, m.max_attempts,
    m.created_at, m.eta, m.expires_at, m.attempt
from moved m left join noted on true
