-- operation.fail
-- ?1: id, ?2: now, ?3: why.
UPDATE operations
SET state = 'failed', finished_at = ?2, error = ?3
WHERE id = ?1 AND state IN ('pending', 'running')
