-- task.get
SELECT id, name, queue, priority, state, attempt, attempts_used, max_attempts, created_at, queued_at, due_at, started_at,
       finished_at, lease_until, expires_at, worker, cancel_requested, progress, error, eta, options, args, kwargs, result
FROM tasks
WHERE id = ?1
