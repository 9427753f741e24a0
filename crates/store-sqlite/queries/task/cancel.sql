-- task.cancel
-- ?1: id, ?2: now. A waiting task ends at once, a running one is asked to stop.
UPDATE tasks
SET state = iif(state = 'running', state, 'cancelled'),
    cancel_requested = (state = 'running'),
    due_at = NULL,
    finished_at = iif(state = 'running', NULL, ?2)
WHERE id = ?1
  AND +state IN ('blocked', 'scheduled', 'queued', 'running', 'retrying')
RETURNING id, name, queue, attempt, state
