-- workflow.get
select id, name, policy, created_at, finished_at, nodes, open, failed, cancelled from workflows where id = $1
