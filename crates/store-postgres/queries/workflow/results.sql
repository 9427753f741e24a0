-- workflow.results
-- Null for a node that did not succeed.
select e.to_task, n.key, case when t.id is not null then coalesce(t.result, 'null'::json) end as result
from workflow_edges e
join workflow_nodes n on n.task_id = e.from_task
left join tasks t on t.id = e.from_task and t.state::text = 'succeeded'
where e.to_task = any($1) and n.key = any($2)
