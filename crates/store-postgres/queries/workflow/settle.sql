-- workflow.settle
-- A node's end is counted once, until it is reopened.
update workflow_nodes n
set ended = t.state
from tasks t
where n.task_id = any($1) and n.ended is null
  and t.id = n.task_id and t.state::text in ('succeeded', 'failed', 'cancelled', 'expired')
returning n.workflow_id, n.task_id, n.on_failure, n.ended::text as ended
