-- schedule.save
update schedules
set definition = $2, paused = $3, next_tick_at = $4, due_at = $5, last_tick_at = $6, last_task = $7, updated_at = $8,
    revision = $9
where name = $1
