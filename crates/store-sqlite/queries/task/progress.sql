-- task.progress
-- ?1: JSON array of [id, attempt, progress], at most one per attempt.
UPDATE tasks
SET progress = told.progress
FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS attempt, value ->> 2 AS progress FROM jsonb_each(?1)) AS told
WHERE tasks.id = told.id
  AND tasks.attempt = told.attempt
  AND +tasks.state = 'running'
RETURNING id, name, queue, attempt
