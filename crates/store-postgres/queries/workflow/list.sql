-- workflow.list
-- Before $1; ids sort by the time of creation.
select id, name, policy, created_at, finished_at, nodes, open, failed, cancelled
from workflows
where id < $1
order by id desc
limit $2
