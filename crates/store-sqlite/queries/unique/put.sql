-- unique.put
-- ?1: JSON array of [key, task, taken_until], keys unlike each other.
INSERT INTO unique_keys (key, task_id, taken_until)
SELECT unhex(value ->> 0), unhex(value ->> 1), value ->> 2
FROM json_each(?1)
WHERE true
ON CONFLICT (key) DO UPDATE SET task_id = excluded.task_id, taken_until = excluded.taken_until
