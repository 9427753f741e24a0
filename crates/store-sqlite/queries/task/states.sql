-- task.states
-- ?1: JSON array of ids.
SELECT id, state FROM tasks WHERE id IN (SELECT unhex(value) FROM json_each(?1))
