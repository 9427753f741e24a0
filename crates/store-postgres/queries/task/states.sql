-- task.states
select id, state::text as state from tasks where id = any($1)
