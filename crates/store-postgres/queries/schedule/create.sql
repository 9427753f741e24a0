-- schedule.create
insert into schedules (name, definition, paused, next_tick_at, due_at, last_tick_at, last_task, created_at, updated_at, revision)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (name) do nothing
