-- schedule.put_off
-- One that cannot be read; what it is to do stays.
UPDATE schedules SET due_at = ?2 WHERE name = ?1
