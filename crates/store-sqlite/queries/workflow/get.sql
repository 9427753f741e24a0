-- workflow.get
SELECT id, name, policy, created_at, finished_at, nodes, open, failed, cancelled FROM workflows WHERE id = ?1
