-- dead_letter.put
-- In the transaction in which they failed, or were found. ?1: JSON array of [id, fingerprint].
-- Differs because SQLite has no hash functions: the fingerprint cannot be part of the statement that knows the task's name.
UPDATE tasks
SET fingerprint = told.fingerprint
FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS fingerprint FROM jsonb_each(?1)) AS told
WHERE tasks.id = told.id
  AND +tasks.state = 'failed'
