-- name.grant
-- ?1: name, ?2: JSON array of ids, ?3: now.
INSERT INTO admissions (task_id, attempt, queue, key, admitted_at, told_at, name)
SELECT id, attempt + 1, queue, coalesce(options ->> 'concurrency_key', ''), ?3, ?3, ?1
FROM tasks
WHERE id IN (SELECT unhex(value) FROM json_each(?2))
