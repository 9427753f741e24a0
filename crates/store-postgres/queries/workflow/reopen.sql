-- workflow.reopen
-- Tasks that run again: their ends no longer count.
update workflow_nodes set ended = null where task_id = any($1) and ended is not null
