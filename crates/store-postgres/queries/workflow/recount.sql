-- workflow.recount
-- Of workflows some of whose nodes were reopened.
update workflow_nodes n
set pending = coalesce(c.pending, 0), broken = coalesce(c.broken, 0)
from workflow_nodes own
left join lateral (
    select (count(*) filter (where before.ended is null))::int4 as pending,
           (count(*) filter (where before.ended <> 'succeeded' and before.on_failure = 'fail'))::int4 as broken
    from workflow_edges e
    join workflow_nodes before on before.task_id = e.from_task
    where e.to_task = own.task_id
) c on true
where own.workflow_id = any($1) and n.task_id = own.task_id
returning n.task_id, n.pending, n.broken
