-- workflow.cancel_rest
-- Lifecycle::cancel for what has not started of these workflows. Locked in the order of ids, as a claim takes them.
with waiting as materialized (
    select t.id
    from workflow_nodes n
    join tasks t on t.id = n.task_id
    where n.workflow_id = any($1) and t.state::text in ('blocked', 'scheduled', 'queued')
    order by t.id
    for update of t
)
update tasks t
set state = 'cancelled', due_at = null, finished_at = $2
from waiting
where t.id = waiting.id
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
