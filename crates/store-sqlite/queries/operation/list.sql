-- operation.list
-- ?1, ?2: accepted before this time, or then with a smaller id; ?3: most rows.
SELECT id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
FROM operations
WHERE (created_at, id) < (?1, ?2)
ORDER BY created_at DESC, id DESC
LIMIT ?3
