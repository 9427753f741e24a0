-- artifact.held
SELECT id, name, size FROM artifacts WHERE task_id = ?1 AND state = 'whole'
