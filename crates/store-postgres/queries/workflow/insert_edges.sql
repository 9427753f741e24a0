-- workflow.insert_edges
insert into workflow_edges (from_task, to_task, workflow_id)
select e.from_task, e.to_task, $3 from unnest($1::uuid[], $2::uuid[]) as e (from_task, to_task)
