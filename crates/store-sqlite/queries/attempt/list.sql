-- attempt.list
-- ?1: id. The current or last attempt stands in the task's row, unless it is kept as history already.
SELECT attempt, worker, queued_at, started_at, finished_at, state, error
FROM attempts
WHERE task_id = ?1
UNION ALL
SELECT attempt, worker, queued_at, started_at, finished_at, state, error
FROM tasks
WHERE id = ?1
  AND attempt > 0
  AND NOT EXISTS (SELECT 1 FROM attempts WHERE task_id = tasks.id AND attempts.attempt = tasks.attempt)
ORDER BY attempt
