-- schedule.list
select name, definition, paused, next_tick_at, due_at, last_tick_at, last_task, created_at, updated_at, revision from schedules where name > $1 order by name limit $2
