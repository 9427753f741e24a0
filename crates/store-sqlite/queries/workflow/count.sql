-- workflow.count
-- ?1: JSON array of tasks that have ended, ?2: of those that broke the workflow.
UPDATE workflow_nodes
SET pending = pending - counted.ended, broken = broken + counted.broke
FROM (
    SELECT to_task, count(*) AS ended, sum(from_task IN (SELECT unhex(value) FROM json_each(?2))) AS broke
    FROM workflow_edges
    WHERE from_task IN (SELECT unhex(value) FROM json_each(?1))
    GROUP BY to_task
) AS counted
WHERE workflow_nodes.task_id = counted.to_task
RETURNING task_id, pending, broken
