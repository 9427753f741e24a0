-- workflow.reopen
-- ?1: JSON array of tasks that run again. Their ends no longer count.
UPDATE workflow_nodes
SET ended = NULL
WHERE task_id IN (SELECT unhex(value) FROM json_each(?1))
  AND ended IS NOT NULL
