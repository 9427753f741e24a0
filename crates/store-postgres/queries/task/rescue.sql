-- task.rescue
-- Lifecycle::rescue. Running tasks are few, so their range in the state's index is read through; rows somebody else changes
-- just now (an outcome, a renewal, another rescuer) are skipped. What waits for a node moves on in the same transaction, so nodes
-- are rescued where their workflows are locked ($5), and else are left as they are, their workflows told ($6) or not even looked at.
-- A task may outlive its workflow; it is then like any other.
with found as materialized (
    select id, workflow_id, attempt, worker, queued_at, started_at,
           case
               when cancel_requested then 'cancelled'
               when attempts_used >= max_attempts then 'failed'
               else 'queued'
           end::task_state as next
    from tasks
    where state = 'running' and max_attempts > 0 and lease_until <= $1
      and ($6 or workflow_id is null or workflow_id = any($5::uuid[]))
    limit $2
    for update skip locked
),
lost as materialized (
    select * from found
    where workflow_id is null or workflow_id = any($5::uuid[])
       or not exists (select from workflows w where w.id = found.workflow_id)
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
select case when m.id is null then found.workflow_id end as left_alone, noted.id as outbox, m.state::text as state, m.id, m.name,
    m.queue, m.priority, m.args, m.kwargs, m.options, m.max_attempts, m.created_at, m.eta, m.expires_at, m.attempt
from found left join moved m on m.id = found.id left join noted on true
