-- workflow.cancel_rest
-- Lifecycle::cancel for what has not started.
update tasks t
set state = 'cancelled', due_at = null, finished_at = $2
from workflow_nodes n
where n.workflow_id = $1 and t.id = n.task_id and t.state::text in ('blocked', 'scheduled', 'queued')
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
