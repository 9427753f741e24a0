-- task.retry
-- ?1: id, ?2: now. A node of a workflow that never ran may have placeholders for arguments: it is retried with its workflow.
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
  AND (attempt > 0 OR options IS NULL OR NOT EXISTS (
      SELECT 1 FROM workflow_nodes WHERE task_id = tasks.id AND workflow_nodes.args IS NOT NULL
  ))
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
