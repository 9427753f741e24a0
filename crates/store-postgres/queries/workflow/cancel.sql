-- workflow.cancel
-- Lifecycle::cancel for all its tasks: waiting ones end at once, running ones are asked to stop.
update tasks t
set state = case when t.state = 'running' then t.state else 'cancelled' end,
    cancel_requested = (t.state = 'running'),
    finished_at = case when t.state = 'running' then null else $2::timestamptz end,
    due_at = null
from workflow_nodes n
where n.workflow_id = $1 and t.id = n.task_id
  and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying', 'running')
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
