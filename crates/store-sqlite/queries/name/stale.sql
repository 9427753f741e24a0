-- name.stale
-- Those admitted a while ago and not begun: their messages may be lost. Told of once more.
-- ?1: name, ?2: now, ?3: told before this time.
UPDATE admissions
SET told_at = ?2
WHERE name = ?1
  AND told_at < ?3
  AND EXISTS (SELECT 1 FROM tasks WHERE tasks.id = admissions.task_id AND +state = 'queued')
RETURNING task_id
