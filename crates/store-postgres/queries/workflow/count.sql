-- workflow.count
-- $1: tasks that have ended, $2: those of them that broke the workflow.
with counted as materialized (
    select to_task, count(*)::int4 as ended, (count(*) filter (where from_task = any($2)))::int4 as broke
    from workflow_edges
    where from_task = any($1)
    group by to_task
)
update workflow_nodes n
set pending = n.pending - c.ended, broken = n.broken + c.broke
from counted c
where n.task_id = c.to_task
returning n.task_id, n.pending, n.broken
