-- task.release_due
-- ?1: now, ?2: most rows. Differs because SQLite has one writer: no rows are locked by other servers.
UPDATE tasks
SET state = 'queued', queued_at = ?1, due_at = NULL
WHERE rowid IN (
    SELECT rowid
    FROM tasks INDEXED BY tasks_due
    WHERE (state = 'scheduled' OR state = 'retrying') AND due_at <= ?1
    ORDER BY due_at
    LIMIT ?2
)
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
