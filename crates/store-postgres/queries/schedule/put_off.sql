-- schedule.put_off
-- One that cannot be read; what it is to do stays.
update schedules set due_at = $2 where name = $1
