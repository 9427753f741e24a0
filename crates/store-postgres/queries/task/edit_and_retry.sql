-- task.edit_and_retry
-- As task.retry, with what is not null ($3 to $7) in place of what was; $8 is for the task's log.
with found as materialized (
    select * from tasks where id = $1 for update
),
kept as (
    insert into attempts (task_id, attempt, state, queued_at, started_at, finished_at, worker, error)
    select id, attempt, state, queued_at, started_at, finished_at, worker, error
    from found
    where state in ('succeeded', 'failed', 'cancelled') and attempt > 0 and started_at is not null
    on conflict (task_id, attempt) do nothing
),
changed as (
    update tasks t
    set state = 'queued', queued_at = $2, finished_at = null, due_at = null, expires_at = null,
        args = coalesce($3::json, t.args), kwargs = coalesce($4::json, t.kwargs),
        queue = coalesce($5::text, t.queue), priority = coalesce($6::int2, t.priority),
        max_attempts = greatest(coalesce($7::int4, t.max_attempts), t.attempts_used + 1),
        result = null, error = null, progress = null, cancel_requested = false
    from found
    where t.id = found.id and found.state in ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
      and (found.workflow_id is null or not exists (
          select from workflow_nodes n
          where n.task_id = found.id and (n.pending > 0 or n.broken > 0 or (n.args is not null and found.queued_at is null))
      ))
    returning t.*
),
told as (
    insert into task_logs (task_id, attempt, at, level, message)
    select id, attempt, $2, 'info', $8::text from changed where $8::text is not null
),
noted as (
    insert into outbox (created_at, task_ids)
    select $2, array[id] from changed
    returning id
)
select found.state::text as before, noted.id as outbox, changed.id, changed.name, changed.queue, changed.priority, changed.args,
    changed.kwargs, changed.options, changed.max_attempts, changed.created_at, changed.eta, changed.expires_at, changed.attempt
from found left join changed on changed.id = found.id left join noted on true
