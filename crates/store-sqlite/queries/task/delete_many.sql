-- task.delete_many
-- Ended tasks of a chunk of an operation. ?1: JSON array of ids. Their attempts and logs go with them (ON DELETE CASCADE).
DELETE FROM tasks
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state IN ('succeeded', 'failed', 'cancelled', 'expired')
RETURNING id
