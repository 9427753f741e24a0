-- task.hold
-- Locked, so that no worker, scheduler or operator moves them on while it is decided whether they hold their keys.
select id, state::text as state, created_at, due_at, eta from tasks where id = any($1) order by id for update
