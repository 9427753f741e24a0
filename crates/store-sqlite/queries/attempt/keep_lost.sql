-- attempt.keep_lost
-- Run before task.rescue, with the same parameters: keeps the lost attempts of tasks that are queued again.
-- ?1: now, ?2: most rows, ?3: the failure "lost".
INSERT INTO attempts (task_id, attempt, worker, queued_at, started_at, finished_at, state, error)
SELECT id, attempt, worker, queued_at, started_at, ?1, 'queued', ?3
FROM tasks
WHERE rowid IN (
    SELECT rowid
    FROM tasks INDEXED BY tasks_by_state
    WHERE state = 'running' AND lease_until <= ?1
    ORDER BY lease_until, rowid
    LIMIT ?2
)
  AND NOT cancel_requested
  AND attempts_used < max_attempts
