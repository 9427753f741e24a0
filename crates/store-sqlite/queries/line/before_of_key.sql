-- line.before_of_key
-- As line.before, among the tasks of the key ?6.
SELECT count(*)
FROM (
    SELECT 1 FROM (
        SELECT 1 FROM tasks INDEXED BY tasks_keyed
        WHERE queue = ?1 AND state = 'queued' AND options ->> 'concurrency_key' = ?6
          AND options ->> 'concurrency_key' IS NOT NULL AND priority > ?2
        LIMIT ?5
    )
    UNION ALL
    SELECT 1 FROM (
        SELECT 1 FROM tasks INDEXED BY tasks_keyed
        WHERE queue = ?1 AND state = 'queued' AND options ->> 'concurrency_key' = ?6
          AND options ->> 'concurrency_key' IS NOT NULL AND priority = ?2
          AND (queued_at, rowid) < (?3, (SELECT asked.rowid FROM tasks AS asked WHERE asked.id = ?4))
        LIMIT ?5
    )
    LIMIT ?5
)
