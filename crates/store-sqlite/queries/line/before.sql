-- line.before
-- Waiting tasks of a queue (?1) before a task of priority ?2, queued at ?3, with id ?4; counted up to ?5.
-- Differs because SQLite takes one index per SELECT, and its indexes end with the row.
SELECT count(*)
FROM (
    SELECT 1 FROM (
        SELECT 1 FROM tasks INDEXED BY tasks_queued WHERE state = 'queued' AND queue = ?1 AND priority > ?2 LIMIT ?5
    )
    UNION ALL
    SELECT 1 FROM (
        SELECT 1 FROM tasks INDEXED BY tasks_queued
        WHERE state = 'queued' AND queue = ?1 AND priority = ?2
          AND (queued_at, rowid) < (?3, (SELECT asked.rowid FROM tasks AS asked WHERE asked.id = ?4))
        LIMIT ?5
    )
    LIMIT ?5
)
