-- workflow.lock
-- ?1: JSON array of task ids. Differs because SQLite has one writer: there is nothing to lock.
SELECT id, policy
FROM workflows
WHERE id IN (
    SELECT workflow_id FROM tasks WHERE id IN (SELECT unhex(value) FROM json_each(?1)) AND workflow_id IS NOT NULL
)
