-- workflow.insert
INSERT INTO workflows (id, name, policy, created_at, nodes, open) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
