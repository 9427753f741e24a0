-- workflow.keep_ended
-- Run before workflow.block_again: keeps the last attempts of the tasks that run again, unless they are kept already.
INSERT INTO attempts (task_id, attempt, worker, queued_at, started_at, finished_at, state, error)
SELECT id, attempt, worker, queued_at, started_at, finished_at, state, error
FROM tasks
WHERE id IN (SELECT task_id FROM workflow_nodes WHERE workflow_id = ?1)
  AND attempt > 0
  AND +state IN ('failed', 'cancelled', 'expired')
ON CONFLICT (task_id, attempt) DO NOTHING
