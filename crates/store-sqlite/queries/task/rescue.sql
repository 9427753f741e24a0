-- task.rescue
-- ?1: now, ?2: most rows, ?3: the failure "lost". The CASE is Lifecycle::rescue.
UPDATE tasks
SET state = lost.next,
    cancel_requested = 0,
    lease_until = NULL,
    queued_at = iif(lost.next = 'queued', ?1, queued_at),
    finished_at = iif(lost.next = 'queued', NULL, ?1),
    error = iif(lost.next = 'cancelled', NULL, ?3)
FROM (
    SELECT rowid AS row,
           CASE
               WHEN cancel_requested THEN 'cancelled'
               WHEN attempts_used >= max_attempts THEN 'failed'
               ELSE 'queued'
           END AS next
    FROM tasks INDEXED BY tasks_by_state
    WHERE state = 'running' AND lease_until <= ?1
    ORDER BY lease_until, rowid
    LIMIT ?2
) AS lost
WHERE tasks.rowid = lost.row
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
