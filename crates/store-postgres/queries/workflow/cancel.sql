-- workflow.cancel
-- Lifecycle::cancel for all its tasks: waiting ones end at once, running ones are asked to stop. Locked in the order of ids, as a
-- claim takes them.
with live as materialized (
    select t.id
    from workflow_nodes n
    join tasks t on t.id = n.task_id
    where n.workflow_id = $1 and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying', 'running')
    order by t.id
    for update of t
)
update tasks t
set state = case when t.state = 'running' then t.state else 'cancelled' end,
    cancel_requested = (t.state = 'running'),
    finished_at = case when t.state = 'running' then null else $2::timestamptz end,
    due_at = null
from live
where t.id = live.id
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
