-- workflow.cancel_blocked
-- ?1: JSON array of task ids, ?2: now. Lifecycle::cancel for those whose dependencies broke.
UPDATE tasks
SET state = 'cancelled', finished_at = ?2
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state = 'blocked'
RETURNING id, name, queue, attempt, state
