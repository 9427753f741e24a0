-- workflow.tally
-- ?1: JSON array of workflows, ?2: now.
UPDATE workflows
SET open = counted.open,
    failed = counted.failed,
    cancelled = counted.cancelled,
    finished_at = iif(counted.open = 0, coalesce(workflows.finished_at, ?2), NULL)
FROM (
    SELECT workflow_id,
           count(*) FILTER (WHERE ended IS NULL) AS open,
           count(*) FILTER (WHERE on_failure = 'fail' AND ended IN ('failed', 'expired')) AS failed,
           count(*) FILTER (WHERE on_failure = 'fail' AND ended = 'cancelled') AS cancelled
    FROM workflow_nodes
    WHERE workflow_id IN (SELECT unhex(value) FROM json_each(?1))
    GROUP BY workflow_id
) AS counted
WHERE workflows.id = counted.workflow_id
