-- workflow.templates
SELECT task_id, args, kwargs
FROM workflow_nodes
WHERE task_id IN (SELECT unhex(value) FROM json_each(?1)) AND args IS NOT NULL AND kwargs IS NOT NULL
