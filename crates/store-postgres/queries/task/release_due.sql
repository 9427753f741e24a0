-- task.release_due
-- Lifecycle::release, the longest due first. Rows another scheduler holds are skipped: it releases them.
with due as materialized (
    select id from tasks
    where state in ('scheduled', 'retrying') and due_at <= $1
    order by due_at
    limit $2
    for update skip locked
),
released as (
    update tasks t
    set state = 'queued', queued_at = $1, due_at = null
    from due
    where t.id = due.id
    returning t.*
),
noted as (
    insert into outbox (created_at, task_ids)
    select $1, array_agg(id) from released having count(*) > 0
    returning id
)
select noted.id as outbox, r.id, r.name, r.queue, r.priority, r.args, r.kwargs, r.options, r.max_attempts, r.created_at, r.eta,
    r.expires_at, r.attempt
from released r cross join noted
