-- workflow.lock_lost
-- The workflows of nodes that task.rescue would find. Locked before their nodes, in the order of ids; those somebody holds are
-- skipped: the next round finds them.
select id, policy
from workflows
where id in (
    select workflow_id from tasks
    where state = 'running' and max_attempts > 0 and lease_until <= $1 and workflow_id is not null
    limit $2
)
order by id
for update skip locked
