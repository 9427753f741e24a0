-- task.amend
-- Uniqueness::decide: a waiting task takes over what a newer one brought. A queued one keeps its place.
-- The state is compared as text, as in task.claim.
update tasks t
set state = a.state::task_state,
    queued_at = case when a.state = 'queued' then coalesce(t.queued_at, $9) when a.state = 'scheduled' then null else t.queued_at end,
    due_at = a.due_at, eta = a.eta, expires_at = a.expires_at, priority = a.priority, args = a.args, kwargs = a.kwargs
from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::int2[], $7::json[], $8::json[])
    as a (id, state, due_at, eta, expires_at, priority, args, kwargs)
where t.id = a.id and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying')
returning t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.state::text as state
