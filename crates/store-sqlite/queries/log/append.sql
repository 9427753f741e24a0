-- log.append
-- ?1: JSON array of [id, attempt, at, level, message]; lines of unknown tasks are left out.
INSERT INTO task_logs (task_id, attempt, at, level, message)
SELECT tasks.id, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM jsonb_each(?1)
CROSS JOIN tasks ON tasks.id = unhex(value ->> 0)
ORDER BY key
