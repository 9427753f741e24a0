-- task.cancel
-- Lifecycle::cancel. The row is locked first, so that the answer and the change speak of the same state; no row in the answer
-- means that there is no such task.
with found as materialized (
    select id, state from tasks where id = $1 for update
),
changed as (
    update tasks t
    set state = case when found.state = 'running' then t.state else 'cancelled' end,
        cancel_requested = (found.state = 'running'),
        finished_at = case when found.state = 'running' then null else $2::timestamptz end,
        due_at = null
    from found
    where t.id = found.id and found.state in ('blocked', 'scheduled', 'queued', 'retrying', 'running')
    returning t.id, t.name, t.queue, t.attempt
)
select found.state::text as state, changed.name, changed.queue, changed.attempt
from found left join changed using (id)
