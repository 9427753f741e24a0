-- artifact.held
select id, name, size from artifacts where task_id = $1 and state = 'whole'
