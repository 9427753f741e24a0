-- task.prune
-- ?1, ?2, ?3: succeeded, failed, other tasks that ended at or before these times; ?4: most rows.
-- Their attempts and logs go with them (ON DELETE CASCADE).
-- Nodes stay as long as their workflow (see workflow.prune, which comes first).
-- Differs because PostgreSQL drops partitions where it can.
DELETE FROM tasks
WHERE rowid IN (
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'succeeded' AND finished_at <= ?1
      AND (workflow_id IS NULL OR NOT EXISTS (SELECT 1 FROM workflows WHERE id = workflow_id))
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'failed' AND finished_at <= ?2
      AND (workflow_id IS NULL OR NOT EXISTS (SELECT 1 FROM workflows WHERE id = workflow_id))
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'cancelled' AND finished_at <= ?3
      AND (workflow_id IS NULL OR NOT EXISTS (SELECT 1 FROM workflows WHERE id = workflow_id))
    UNION ALL
    SELECT rowid FROM tasks INDEXED BY tasks_ended WHERE state = 'expired' AND finished_at <= ?3
      AND (workflow_id IS NULL OR NOT EXISTS (SELECT 1 FROM workflows WHERE id = workflow_id))
    LIMIT ?4
)
