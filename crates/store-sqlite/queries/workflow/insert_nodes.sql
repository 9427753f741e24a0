-- workflow.insert_nodes
-- ?1: JSON array of rows, ?2: the workflow. Differs because SQLite has no arrays to unnest.
INSERT INTO workflow_nodes (task_id, workflow_id, position, key, on_failure, pending, args, kwargs)
SELECT unhex(value ->> 0), ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
