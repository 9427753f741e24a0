-- workflow.lock
-- Locked, so that two outcomes at once see each other's ends one after the other; in the order of ids, so that two batches
-- cannot wait for each other in a circle.
select id, policy
from workflows
where id in (select workflow_id from workflow_nodes where task_id = any($1))
order by id
for update
