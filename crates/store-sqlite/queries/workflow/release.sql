-- workflow.release
-- ?1: JSON array of [task, args, kwargs], null where they stay as they are; ?2: now. Lifecycle::unblock.
UPDATE tasks
SET state = iif(eta > ?2, 'scheduled', 'queued'),
    queued_at = iif(eta > ?2, NULL, ?2),
    due_at = iif(eta > ?2, eta, NULL),
    args = coalesce(free.args, tasks.args),
    kwargs = coalesce(free.kwargs, tasks.kwargs)
FROM (SELECT unhex(value ->> 0) AS task, value ->> 1 AS args, value ->> 2 AS kwargs FROM jsonb_each(?1)) AS free
WHERE tasks.id = free.task
  AND +tasks.state = 'blocked'
RETURNING id, name, queue, attempt, state
