-- task.queued_of
-- Those of the tasks that are still to be published. ?1: JSON array of ids.
SELECT id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs
FROM tasks
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state = 'queued'
