-- admission.unkeyed
-- Tasks without a key among ?3 tasks from the ?2th on, in order, without those of the names ?5 (a JSON array), of which none may
-- start just now; and the others that were looked at (found = 0), without regard to how many there may be. `name` is that of a
-- task whose name is limited. ?1: queue, ?4: now. Differs because the caller counts.
SELECT id, attempt,
       options ->> 'concurrency_key' IS NULL AND (expires_at IS NULL OR expires_at > ?4)
       AND name NOT IN (SELECT value FROM json_each(?5))
       AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = tasks.id) AS found,
       (SELECT name_limits.name FROM name_limits WHERE name_limits.name = tasks.name AND rate IS NOT NULL) AS name
FROM tasks INDEXED BY tasks_queued
WHERE state = 'queued' AND queue = ?1
ORDER BY priority DESC, queued_at
LIMIT ?3 OFFSET ?2
