-- workflow.fail
-- ?1: JSON array of [task, error], ?2: now. Lifecycle::fail_blocked.
UPDATE tasks
SET state = 'failed', finished_at = ?2, error = unfillable.failure
FROM (SELECT unhex(value ->> 0) AS task, value ->> 1 AS failure FROM jsonb_each(?1)) AS unfillable
WHERE tasks.id = unfillable.task
  AND +tasks.state = 'blocked'
RETURNING id, name, queue, attempt, state
