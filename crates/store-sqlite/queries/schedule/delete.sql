-- schedule.delete
-- Its history goes with it (ON DELETE CASCADE).
DELETE FROM schedules WHERE name = ?1
