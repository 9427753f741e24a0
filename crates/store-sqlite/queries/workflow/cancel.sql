-- workflow.cancel
-- ?1: the workflow, ?2: now. Lifecycle::cancel for all its tasks: waiting ones end at once, running ones are asked to stop.
UPDATE tasks
SET state = iif(state = 'running', state, 'cancelled'),
    cancel_requested = (state = 'running'),
    due_at = NULL,
    finished_at = iif(state = 'running', NULL, ?2)
WHERE id IN (SELECT task_id FROM workflow_nodes WHERE workflow_id = ?1)
  AND +state IN ('blocked', 'scheduled', 'queued', 'running', 'retrying')
RETURNING id, name, queue, attempt, state
