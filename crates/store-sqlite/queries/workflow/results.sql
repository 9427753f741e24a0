-- workflow.results
-- ?1: JSON array of task ids, ?2: of the keys whose results they name. Null for a node that did not succeed.
SELECT workflow_edges.to_task, workflow_nodes.key, iif(tasks.id IS NULL, NULL, coalesce(tasks.result, 'null')) AS result
FROM workflow_edges
JOIN workflow_nodes ON workflow_nodes.task_id = workflow_edges.from_task
LEFT JOIN tasks ON tasks.id = workflow_edges.from_task AND +tasks.state = 'succeeded'
WHERE workflow_edges.to_task IN (SELECT unhex(value) FROM json_each(?1))
  AND workflow_nodes.key IN (SELECT value FROM json_each(?2))
