-- workflow.settle
-- ?1: JSON array of task ids. A node's end is counted once, until it is reopened.
UPDATE workflow_nodes
SET ended = (SELECT state FROM tasks WHERE id = task_id)
WHERE task_id IN (SELECT unhex(value) FROM json_each(?1))
  AND ended IS NULL
  AND (SELECT state FROM tasks WHERE id = task_id) IN ('succeeded', 'failed', 'cancelled', 'expired')
RETURNING workflow_id, task_id, on_failure, ended
