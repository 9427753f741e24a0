-- task.retry_many
-- Lifecycle::retry for a chunk of an operation, as task.retry does it for one task. Locked in the order of ids ($1).
with found as materialized (
    select t.id, t.state, t.attempt, t.queued_at, t.started_at, t.finished_at, t.worker, t.error
    from unnest($1::uuid[]) as asked (id)
    join tasks t on t.id = asked.id
    where t.state::text in ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
      and (t.workflow_id is null or not exists (
          select from workflow_nodes n
          where n.task_id = t.id and (n.pending > 0 or n.broken > 0 or (n.args is not null and t.queued_at is null))
      ))
    for update of t
),
kept as (
    insert into attempts (task_id, attempt, state, queued_at, started_at, finished_at, worker, error)
    select id, attempt, state, queued_at, started_at, finished_at, worker, error
    from found
    where state in ('succeeded', 'failed', 'cancelled') and attempt > 0 and started_at is not null
    on conflict (task_id, attempt) do nothing
)
update tasks t
set state = 'queued', queued_at = $2, finished_at = null, due_at = null, expires_at = null,
    max_attempts = greatest(t.max_attempts, t.attempts_used + 1),
    result = null, error = null, progress = null, cancel_requested = false
from found
where t.id = found.id
returning t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.state::text as state
