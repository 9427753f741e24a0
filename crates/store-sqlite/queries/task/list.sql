-- task.list
-- The part of a list with one state; src/browse/list.rs adds the index and the conditions of the filter, and joins the parts.
-- Differs because SQLite does not merge the ranges of one index by itself, and chooses an index by guess before ANALYZE.
SELECT id, name, queue, priority, state, attempt, attempts_used, max_attempts, created_at, queued_at, due_at, started_at,
       finished_at, lease_until, expires_at, worker, cancel_requested, progress, error
FROM tasks
