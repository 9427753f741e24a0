-- operation.get
SELECT id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
FROM operations
WHERE id = ?1
