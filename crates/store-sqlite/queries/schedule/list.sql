-- schedule.list
SELECT name, definition, paused, next_tick_at, due_at, last_tick_at, last_task, created_at, updated_at, revision
FROM schedules
WHERE name > ?1
ORDER BY name
LIMIT ?2
