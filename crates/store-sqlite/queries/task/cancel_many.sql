-- task.cancel_many
-- As task.cancel, for a chunk of an operation. ?1: JSON array of ids, ?2: now.
UPDATE tasks
SET state = iif(state = 'running', state, 'cancelled'),
    cancel_requested = (state = 'running'),
    due_at = NULL,
    finished_at = iif(state = 'running', NULL, ?2)
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state IN ('blocked', 'scheduled', 'queued', 'running', 'retrying')
RETURNING id, name, queue, attempt, state
