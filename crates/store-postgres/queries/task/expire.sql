-- task.expire
-- Lifecycle::expire. Rows somebody else changes just now are skipped: the next round finds them if they still wait. What waits for
-- a node moves on in the same transaction, so nodes are expired where their workflows are locked ($3), and else are left as they
-- are, their workflows told ($4) or not even looked at. A task may outlive its workflow; it is then like
-- any other.
with overdue as materialized (
    select id, workflow_id from tasks
    where expires_at is not null and state in ('blocked', 'scheduled', 'queued', 'retrying') and expires_at <= $1
      and ($4 or workflow_id is null or workflow_id = any($3::uuid[]))
    order by expires_at
    limit $2
    for update skip locked
),
expired as (
    update tasks t
    set state = 'expired', finished_at = $1, due_at = null
    from overdue
    where t.id = overdue.id
      and (overdue.workflow_id is null or overdue.workflow_id = any($3::uuid[])
           or not exists (select from workflows w where w.id = overdue.workflow_id))
    returning t.id, t.name, t.queue, t.attempt
)
select case when e.id is null then o.workflow_id end as left_alone, e.id, e.name, e.queue, e.attempt
from overdue o left join expired e on e.id = o.id
