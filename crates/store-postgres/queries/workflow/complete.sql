-- workflow.complete
-- Whether every node's task is there.
select not exists (
    select from workflow_nodes n
    where n.workflow_id = $1 and not exists (select from tasks t where t.id = n.task_id)
)
