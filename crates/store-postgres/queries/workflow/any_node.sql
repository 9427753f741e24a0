-- workflow.any_node
select exists (select from workflow_nodes where task_id = any($1)) as any_node
