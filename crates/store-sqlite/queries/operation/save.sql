-- operation.save
-- In the transaction that changed the chunk's tasks. ?1: id, ?2: state, ?3: now, ?4: started_at, ?5: finished_at, ?6, ?7: the
-- last task looked at, ?8: matched, ?9: changed, ?10: skipped, ?11: samples.
UPDATE operations
SET state = ?2, worked_at = ?3, started_at = ?4, finished_at = ?5, cursor_at = ?6, cursor_id = ?7, matched = ?8, changed = ?9,
    skipped = ?10, samples = ?11
WHERE id = ?1
