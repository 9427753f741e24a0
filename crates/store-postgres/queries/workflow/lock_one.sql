-- workflow.lock_one
-- Locked, as what follows reads and writes many nodes.
select id, name, policy, created_at, finished_at, nodes, open, failed, cancelled from workflows where id = $1 for update
