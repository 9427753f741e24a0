-- workflow.templates
select task_id, args, kwargs from workflow_nodes where task_id = any($1) and args is not null and kwargs is not null
