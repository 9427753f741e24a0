-- workflow.nodes
-- With the keys each node depends on, so that one statement sees one state of the graph.
select n.task_id, n.key, n.on_failure, t.name, coalesce(t.state, n.ended, 'expired')::text as state,
       coalesce(t.attempt, 0) as attempt, t.queued_at, t.started_at, t.finished_at, t.error,
       array(
           select before.key
           from workflow_edges e
           join workflow_nodes before on before.task_id = e.from_task
           where e.to_task = n.task_id
           order by before.key
       ) as depends_on
from workflow_nodes n
left join tasks t on t.id = n.task_id
where n.workflow_id = $1
order by n.position
