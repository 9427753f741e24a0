-- task.delete_many
-- Ended tasks of a chunk of an operation. ?1: JSON array of ids. Their attempts and logs go with them (ON DELETE CASCADE).
-- A node stays while its workflow has not ended: others may need its result.
DELETE FROM tasks
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired')
  AND (workflow_id IS NULL OR NOT EXISTS (
      SELECT 1 FROM workflows WHERE workflows.id = tasks.workflow_id AND workflows.finished_at IS NULL
  ))
RETURNING id
