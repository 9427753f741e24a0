-- task.retry
-- ?1: id, ?2: now. A node of a workflow is not retried before what it depends on has ended well, nor with placeholders for
-- arguments, which it has until it is released: it is retried with its workflow.
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
WHERE id = ?1
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
  AND (workflow_id IS NULL OR NOT EXISTS (
      SELECT 1 FROM workflow_nodes
      WHERE task_id = tasks.id
        AND (pending > 0 OR broken > 0 OR (workflow_nodes.args IS NOT NULL AND tasks.queued_at IS NULL))
  ))
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
