-- operation.save
-- In the transaction that changed the chunk's tasks, which holds the row.
update operations
set state = $2, worked_at = $3, started_at = $4, finished_at = $5, cursor_at = $6, cursor_id = $7, matched = $8, changed = $9,
    skipped = $10, samples = $11
where id = $1
