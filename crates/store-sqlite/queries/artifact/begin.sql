-- artifact.begin
-- ?1: id, ?2: task, ?3: attempt (null for uploads), ?4: name, ?5: content type, ?6: now, ?7: when it counts as left behind.
INSERT INTO artifacts (id, state, task_id, attempt, name, content_type, created_at, due_at)
SELECT ?1, 'writing', ?2, ?3, ?4, ?5, ?6, ?7
WHERE ?2 IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE id = ?2 AND state = 'running' AND attempt = ?3)
