-- schedule.take_due
-- Locked until their ticks are written; schedules another server holds are skipped: it decides them.
select name, definition, paused, next_tick_at, due_at, last_tick_at, last_task, created_at, updated_at, revision from schedules where due_at <= $1 order by due_at limit $2 for update skip locked
