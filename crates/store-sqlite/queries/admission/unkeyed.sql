-- admission.unkeyed
-- Tasks without a key among ?3 tasks from the ?2th on, in order, and the others that were looked at (found = 0), without
-- regard to how many there may be. ?1: queue, ?4: now. Differs because the caller counts.
SELECT id, attempt,
       options ->> 'concurrency_key' IS NULL AND (expires_at IS NULL OR expires_at > ?4)
       AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = tasks.id) AS found
FROM tasks INDEXED BY tasks_queued
WHERE state = 'queued' AND queue = ?1
ORDER BY priority DESC, queued_at
LIMIT ?3 OFFSET ?2
