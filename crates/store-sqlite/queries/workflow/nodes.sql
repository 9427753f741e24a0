-- workflow.nodes
SELECT workflow_nodes.task_id, workflow_nodes.key, workflow_nodes.on_failure, tasks.name,
       coalesce(tasks.state, workflow_nodes.ended, 'expired') AS state, coalesce(tasks.attempt, 0) AS attempt, tasks.queued_at,
       tasks.started_at, tasks.finished_at, tasks.error
FROM workflow_nodes
LEFT JOIN tasks ON tasks.id = workflow_nodes.task_id
WHERE workflow_nodes.workflow_id = ?1
ORDER BY workflow_nodes.position
