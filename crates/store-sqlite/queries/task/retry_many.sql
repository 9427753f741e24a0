-- task.retry_many
-- As task.retry, for a chunk of an operation. ?1: JSON array of ids, ?2: now.
UPDATE tasks
SET state = 'queued',
    max_attempts = max(max_attempts, attempts_used + 1),
    expires_at = NULL,
    queued_at = ?2,
    due_at = NULL,
    finished_at = NULL,
    progress = NULL,
    error = NULL,
    result = NULL
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
  AND (workflow_id IS NULL OR NOT EXISTS (
      SELECT 1 FROM workflow_nodes
      WHERE task_id = tasks.id
        AND (pending > 0 OR broken > 0 OR (workflow_nodes.args IS NOT NULL AND tasks.queued_at IS NULL))
  ))
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
