-- workflow.prune
-- ?1: workflows that ended at or before this time, ?2: most rows. Their nodes go with them (ON DELETE CASCADE).
DELETE FROM workflows
WHERE id IN (SELECT id FROM workflows INDEXED BY workflows_ended WHERE finished_at <= ?1 LIMIT ?2)
