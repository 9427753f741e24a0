-- workflow.lock
-- The workflows of these tasks. Locked before any of their tasks is, so that two outcomes at once see each other's ends one
-- after the other and nobody who holds a node waits for its workflow; in the order of ids, so that two batches cannot wait for
-- each other in a circle. A task that is no node names no workflow.
select id, policy
from workflows
where id in (select workflow_id from tasks where id = any($1) and workflow_id is not null)
order by id
for update
