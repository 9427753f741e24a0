-- workflow.recount
-- ?1: JSON array of workflows some of whose nodes were reopened.
UPDATE workflow_nodes
SET pending = (
        SELECT count(*)
        FROM workflow_edges
        JOIN workflow_nodes AS before ON before.task_id = workflow_edges.from_task
        WHERE workflow_edges.to_task = workflow_nodes.task_id AND before.ended IS NULL
    ),
    broken = (
        SELECT count(*)
        FROM workflow_edges
        JOIN workflow_nodes AS before ON before.task_id = workflow_edges.from_task
        WHERE workflow_edges.to_task = workflow_nodes.task_id AND before.ended <> 'succeeded' AND before.on_failure = 'fail'
    )
WHERE workflow_id IN (SELECT unhex(value) FROM json_each(?1))
RETURNING task_id, pending, broken
