-- task.prune
-- ?1, ?2, ?3: succeeded, failed, other tasks that ended at or before these times; ?4: most rows.
-- Their attempts and logs go with them (ON DELETE CASCADE).
-- Differs because PostgreSQL drops partitions where it can.
DELETE FROM tasks
WHERE rowid IN (
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'succeeded' AND finished_at <= ?1
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'failed' AND finished_at <= ?2
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'cancelled' AND finished_at <= ?3
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'expired' AND finished_at <= ?3
    LIMIT ?4
)
