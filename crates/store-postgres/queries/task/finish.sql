-- task.finish
-- Lifecycle::finish for outcomes that end the task whatever else is said of it: succeeded, failed, cancelled.
-- Nodes of workflows are left out unless $7 says otherwise: what waits for them moves on in the same transaction, which is
-- more than one statement. Only tasks with options can be such, so that others are not looked up.
-- Sorted by id ($1), so that two batches cannot wait for each other in a circle.
update tasks t
set state = f.outcome::task_state, finished_at = f.finished_at, lease_until = null, cancel_requested = false,
    result = f.result, error = f.error
from unnest($1::uuid[], $2::int4[], $3::text[], $4::timestamptz[], $5::json[], $6::json[])
    as f (id, attempt, outcome, finished_at, result, error)
where t.id = f.id and t.state::text = 'running' and t.attempt = f.attempt
  and ($7 or t.options is null
       or not exists (select from workflow_nodes n where n.task_id = t.id))
returning t.id, t.attempt, t.name, t.queue, f.outcome as state
