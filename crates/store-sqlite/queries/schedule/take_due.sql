-- schedule.take_due
-- ?1: now, ?2: most rows. Differs because SQLite has one writer: no rows are locked by other servers.
SELECT name, definition, paused, next_tick_at, due_at, last_tick_at, last_task, created_at, updated_at, revision
FROM schedules INDEXED BY schedules_due
WHERE due_at <= ?1
ORDER BY due_at
LIMIT ?2
