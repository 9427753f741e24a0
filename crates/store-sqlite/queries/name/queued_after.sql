-- name.queued_after
-- The next ?5 waiting tasks of a name (?1) after a place (?2, ?3), of those queued from ?4 on.
SELECT id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs
FROM tasks INDEXED BY tasks_by_name
WHERE name = ?1
  AND state = 'queued'
  AND (created_at, id) > (?2, ?3)
  AND queued_at >= ?4
ORDER BY created_at, id
LIMIT ?5
