-- task.names
-- What a notice tells of tasks. ?1: JSON array of ids.
SELECT id, name, queue FROM tasks WHERE id IN (SELECT unhex(value) FROM json_each(?1))
