-- operation.cancel
-- Waits for the chunk that is being done, which holds the row.
update operations
set state = 'cancelled', finished_at = $2
where id = $1 and state in ('pending', 'running')
returning id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
