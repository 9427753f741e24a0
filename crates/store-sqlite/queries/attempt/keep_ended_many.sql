-- attempt.keep_ended_many
-- Run before task.retry_many, with the same ?1: keeps the last attempts of ended tasks, unless they are kept already.
INSERT INTO attempts (task_id, attempt, worker, queued_at, started_at, finished_at, state, error)
SELECT id, attempt, worker, queued_at, started_at, finished_at, state, error
FROM tasks
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND attempt > 0
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired')
ON CONFLICT (task_id, attempt) DO NOTHING
