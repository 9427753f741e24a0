-- task.amend
-- ?1: JSON array of [id, state, due_at, eta, expires_at, priority, args, kwargs], ids unlike each other; ?2: now.
-- Uniqueness::decide: a waiting task takes over what a newer one brought. A queued one keeps its place.
UPDATE tasks
SET state = new.state,
    queued_at = CASE new.state WHEN 'queued' THEN coalesce(queued_at, ?2) WHEN 'scheduled' THEN NULL ELSE queued_at END,
    due_at = new.due_at,
    eta = new.eta,
    expires_at = new.expires_at,
    priority = new.priority,
    args = new.args,
    kwargs = new.kwargs
FROM (
    SELECT unhex(value ->> 0) AS id, value ->> 1 AS state, value ->> 2 AS due_at, value ->> 3 AS eta, value ->> 4 AS expires_at,
           value ->> 5 AS priority, value ->> 6 AS args, value ->> 7 AS kwargs
    FROM jsonb_each(?1)
) AS new
WHERE tasks.id = new.id
  AND +tasks.state IN ('blocked', 'scheduled', 'queued', 'retrying')
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
