-- task.queued_since
-- ?1: queue, ?2: queued before this time, ?3: most rows.
SELECT id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs
FROM tasks INDEXED BY tasks_queued
WHERE state = 'queued' AND queue = ?1 AND queued_at < ?2
ORDER BY priority DESC, queued_at
LIMIT ?3
