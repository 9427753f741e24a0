-- schedule.move_on
-- What a tick changes; the definition is not written again.
UPDATE schedules SET next_tick_at = ?2, due_at = ?3, last_tick_at = ?4, last_task = ?5 WHERE name = ?1
