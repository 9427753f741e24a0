-- workflow.lock_free
-- Of these workflows those that nobody holds: locked before their nodes are, in the order of ids.
select id, policy
from workflows
where id = any($1)
order by id
for update skip locked
