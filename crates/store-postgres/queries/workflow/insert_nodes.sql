-- workflow.insert_nodes
insert into workflow_nodes (task_id, workflow_id, position, key, on_failure, pending, args, kwargs)
select n.task_id, $2, n.position, n.key, n.on_failure, n.pending, n.args, n.kwargs
from unnest($1::uuid[], $3::int4[], $4::text[], $5::text[], $6::int4[], $7::json[], $8::json[])
    as n (task_id, position, key, on_failure, pending, args, kwargs)
