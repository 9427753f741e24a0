-- task.finish
-- Lifecycle::finish for outcomes that end the task whatever else is said of it: succeeded, failed, cancelled.
-- Nodes of workflows only if $8 says so: what waits for them moves on in the same transaction, which is more than one statement.
-- Whether a task is one stands in its own row, so nothing else is read.
-- The fingerprint is that of the domain, from the pattern of the failure ($7).
-- Sorted by id ($1), so that two batches cannot wait for each other in a circle.
update tasks t
set state = f.outcome::task_state, finished_at = f.finished_at, lease_until = null, cancel_requested = false,
    result = f.result, error = f.error,
    fingerprint = case when f.outcome = 'failed' then
        left(encode(sha256(convert_to(t.name || E'\n' || f.pattern, 'UTF8')), 'hex'), 16) end
from unnest($1::uuid[], $2::int4[], $3::text[], $4::timestamptz[], $5::json[], $6::json[], $7::text[])
    as f (id, attempt, outcome, finished_at, result, error, pattern)
where t.id = f.id and t.state::text = 'running' and t.attempt = f.attempt
  and (t.workflow_id is null or $8)
returning t.id, t.attempt, t.name, t.queue, f.outcome as state
