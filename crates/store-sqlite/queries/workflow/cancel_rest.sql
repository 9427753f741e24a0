-- workflow.cancel_rest
-- ?1: JSON array of workflows, ?2: now. Lifecycle::cancel for what has not started.
UPDATE tasks
SET state = 'cancelled', due_at = NULL, finished_at = ?2
WHERE id IN (SELECT task_id FROM workflow_nodes WHERE workflow_id IN (SELECT unhex(value) FROM json_each(?1)))
  AND +state IN ('blocked', 'scheduled', 'queued')
RETURNING id, name, queue, attempt, state
