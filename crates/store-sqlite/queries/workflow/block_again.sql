-- workflow.block_again
-- ?1: the workflow. Lifecycle::block_again.
UPDATE tasks
SET state = 'blocked',
    max_attempts = max(max_attempts, attempts_used + 1),
    cancel_requested = 0,
    expires_at = NULL,
    queued_at = NULL,
    due_at = NULL,
    finished_at = NULL,
    progress = NULL,
    error = NULL,
    result = NULL
WHERE id IN (SELECT task_id FROM workflow_nodes WHERE workflow_id = ?1)
  AND +state IN ('failed', 'cancelled', 'expired')
RETURNING id, name, queue, attempt, state
