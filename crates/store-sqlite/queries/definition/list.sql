-- definition.list
SELECT definition FROM task_definitions ORDER BY name
