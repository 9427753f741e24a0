-- workflow.insert_edges
-- ?1: JSON array of [from, to], ?2: the workflow.
INSERT INTO workflow_edges (from_task, to_task, workflow_id)
SELECT unhex(value ->> 0), unhex(value ->> 1), ?2
FROM jsonb_each(?1)
