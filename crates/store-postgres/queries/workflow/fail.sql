-- workflow.fail
-- Lifecycle::fail_blocked.
update tasks t
set state = 'failed', finished_at = $3, error = f.error
from unnest($1::uuid[], $2::json[]) as f (id, error)
where t.id = f.id and t.state::text = 'blocked'
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
