-- workflow.release
-- Lifecycle::unblock; null arguments stay as they are.
update tasks t
set state = (case when t.eta > $4 then 'scheduled' else 'queued' end)::task_state,
    queued_at = case when t.eta > $4 then null else $4::timestamptz end,
    due_at = case when t.eta > $4 then t.eta end,
    args = coalesce(f.args, t.args),
    kwargs = coalesce(f.kwargs, t.kwargs)
from unnest($1::uuid[], $2::json[], $3::json[]) as f (id, args, kwargs)
where t.id = f.id and t.state::text = 'blocked'
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
