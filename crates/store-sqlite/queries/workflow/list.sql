-- workflow.list
-- ?1: before this id, ?2: most rows. Ids sort by the time of creation.
SELECT id, name, policy, created_at, finished_at, nodes, open, failed, cancelled
FROM workflows
WHERE id < ?1
ORDER BY id DESC
LIMIT ?2
