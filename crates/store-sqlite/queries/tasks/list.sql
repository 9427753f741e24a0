-- tasks.list
-- Followed by the conditions of the filter, the order and the limit (src/browse/list.rs).
SELECT id, name, queue, priority, state, attempt, attempts_used, max_attempts, created_at, queued_at, due_at, started_at,
       finished_at, lease_until, expires_at, worker, cancel_requested, progress, error
FROM tasks
WHERE true
