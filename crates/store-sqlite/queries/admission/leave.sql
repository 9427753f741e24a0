-- admission.leave
-- The slots of tasks that were moved to another queue. ?1: JSON array of ids.
DELETE FROM admissions WHERE task_id IN (SELECT unhex(value) FROM json_each(?1))
