-- task.set_priority_many
-- Waiting tasks of a chunk of an operation whose priority is another than ?2. ?1: JSON array of ids. Those queued are to be published
-- once more: the message under way may be taken first, which does no harm, as a task is claimed by its id.
UPDATE tasks
SET priority = ?2
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state IN ('blocked', 'scheduled', 'queued', 'retrying')
  AND +priority <> ?2
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
