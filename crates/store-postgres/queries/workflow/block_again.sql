-- workflow.block_again
-- Lifecycle::block_again; the ended attempts are kept from the rows as they were.
with found as materialized (
    select t.*
    from workflow_nodes n
    join tasks t on t.id = n.task_id
    where n.workflow_id = $1 and t.state::text in ('failed', 'cancelled', 'expired')
    order by t.id
    for update of t
),
kept as (
    insert into attempts (task_id, attempt, state, queued_at, started_at, finished_at, worker, error)
    select id, attempt, state, queued_at, started_at, finished_at, worker, error
    from found
    where attempt > 0 and started_at is not null
    on conflict (task_id, attempt) do nothing
)
update tasks t
set state = 'blocked', queued_at = null, finished_at = null, due_at = null, expires_at = null,
    max_attempts = greatest(t.max_attempts, t.attempts_used + 1),
    result = null, error = null, progress = null, cancel_requested = false
from found
where t.id = found.id
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
