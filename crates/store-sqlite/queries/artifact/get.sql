-- artifact.get
SELECT id, task_id, attempt, name, content_type, size, sha256, created_at, due_at FROM artifacts WHERE id = ?1 AND state = 'whole'
