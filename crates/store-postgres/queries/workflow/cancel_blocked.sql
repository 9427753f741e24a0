-- workflow.cancel_blocked
-- Lifecycle::cancel for those whose dependencies broke.
update tasks
set state = 'cancelled', finished_at = $2
where id = any($1) and state::text = 'blocked'
returning id, name, queue, attempt, state::text as state
