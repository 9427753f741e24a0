-- artifact.get
select id, task_id, attempt, name, content_type, size, sha256, created_at, due_at from artifacts where id = $1 and state = 'whole'
