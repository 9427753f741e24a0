-- workflow.lock_overdue
-- The workflows of nodes that task.expire would find. Locked before their nodes, in the order of ids; those somebody holds are
-- skipped: the next round finds them.
select id, policy
from workflows
where id in (
    select workflow_id from tasks
    where expires_at is not null and state in ('blocked', 'scheduled', 'queued', 'retrying') and expires_at <= $1
      and workflow_id is not null
    limit $2
)
order by id
for update skip locked
