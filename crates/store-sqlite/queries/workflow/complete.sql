-- workflow.complete
-- ?1: the workflow. Whether every node's task is there.
SELECT NOT EXISTS (
    SELECT 1 FROM workflow_nodes WHERE workflow_id = ?1 AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.id = workflow_nodes.task_id)
)
