-- definition.list
select definition from task_definitions order by name
