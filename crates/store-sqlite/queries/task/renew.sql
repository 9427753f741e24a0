-- task.renew
-- ?1: JSON array of [id, attempt], ?2: worker, ?3: end of the lease.
UPDATE tasks
SET lease_until = ?3
FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS attempt FROM jsonb_each(?1)) AS held
WHERE tasks.id = held.id
  AND tasks.attempt = held.attempt
  AND +tasks.state = 'running'
  AND +tasks.worker = ?2
RETURNING id, attempt, cancel_requested
