-- task.expire
-- ?1: now, ?2: most rows.
UPDATE tasks
SET state = 'expired', finished_at = ?1, due_at = NULL
WHERE rowid IN (
    SELECT rowid
    FROM tasks INDEXED BY tasks_expiring
    WHERE state IN ('blocked', 'scheduled', 'queued', 'retrying') AND expires_at <= ?1
    ORDER BY expires_at
    LIMIT ?2
)
RETURNING id, name, queue, attempt, state
