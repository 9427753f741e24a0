-- task.expire
-- Lifecycle::expire. Rows somebody else changes just now are skipped: the next round finds them if they still wait. Nodes of
-- workflows only where those are locked ($3), as what waits for them moves on in the same transaction.
with overdue as materialized (
    select id from tasks
    where expires_at is not null and state in ('blocked', 'scheduled', 'queued', 'retrying') and expires_at <= $1
      and (workflow_id is null or workflow_id = any($3::uuid[]))
    order by expires_at
    limit $2
    for update skip locked
)
update tasks t
set state = 'expired', finished_at = $1, due_at = null
from overdue
where t.id = overdue.id
returning t.id, t.name, t.queue, t.attempt
