-- operation.cancel
-- ?1: id, ?2: now.
UPDATE operations
SET state = 'cancelled', finished_at = ?2
WHERE id = ?1 AND state IN ('pending', 'running')
RETURNING id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
