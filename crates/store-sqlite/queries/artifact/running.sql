-- artifact.running
SELECT 1 FROM tasks WHERE id = ?1 AND state = 'running' AND attempt = ?2
