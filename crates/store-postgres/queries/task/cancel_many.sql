-- task.cancel_many
-- Lifecycle::cancel for a chunk of an operation. Sorted by id ($1), so that two batches cannot wait for each other in a circle.
update tasks t
set state = case when t.state = 'running' then t.state else 'cancelled' end,
    cancel_requested = (t.state = 'running'),
    finished_at = case when t.state = 'running' then null else $2::timestamptz end,
    due_at = null
from unnest($1::uuid[]) as asked (id)
where t.id = asked.id and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying', 'running')
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
