-- schedule.move_on
-- What a tick changes; the definition is not written again.
update schedules set next_tick_at = $2, due_at = $3, last_tick_at = $4, last_task = $5 where name = $1
