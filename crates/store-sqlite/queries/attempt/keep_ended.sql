-- attempt.keep_ended
-- Run before task.retry: keeps the last attempt of an ended task, unless it is kept already. ?1: id.
INSERT INTO attempts (task_id, attempt, worker, queued_at, started_at, finished_at, state, error)
SELECT id, attempt, worker, queued_at, started_at, finished_at, state, error
FROM tasks
WHERE id = ?1
  AND attempt > 0
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired')
ON CONFLICT (task_id, attempt) DO NOTHING
