-- workflow.lock
-- ?1: JSON array of task ids. Differs because SQLite has one writer: there is nothing to lock.
SELECT DISTINCT workflows.id, workflows.policy
FROM workflow_nodes
JOIN workflows ON workflows.id = workflow_nodes.workflow_id
WHERE workflow_nodes.task_id IN (SELECT unhex(value) FROM json_each(?1))
