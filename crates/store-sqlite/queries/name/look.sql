-- name.look
-- The next ?4 waiting tasks of a name (?1), the oldest first, from after a place (?2, ?3) on; `may_start` are those that nothing
-- but the rate holds: a limited queue gives slots itself. ?5: now.
SELECT id, attempt, priority, created_at,
       (expires_at IS NULL OR expires_at > ?5)
       AND NOT EXISTS (SELECT 1 FROM queues
                       WHERE queues.name = tasks.queue AND (paused_at IS NOT NULL OR limits IS NOT NULL))
       AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = tasks.id) AS may_start
FROM tasks INDEXED BY tasks_by_name
WHERE name = ?1
  AND state = 'queued'
  AND (created_at, id) > (?2, ?3)
ORDER BY created_at, id
LIMIT ?4
