-- workflow.insert
insert into workflows (id, name, policy, created_at, nodes, open) values ($1, $2, $3, $4, $5, $5)
