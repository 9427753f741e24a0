-- operation.take
-- The one that has waited longest. Differs because SQLite has one writer: nobody else is at work on it.
SELECT id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
FROM operations INDEXED BY operations_open
WHERE state IN ('pending', 'running')
ORDER BY worked_at, id
LIMIT 1
