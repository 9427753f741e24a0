-- unique.get
-- ?1: JSON array of keys. Those whose task is still there, with it. Differs because SQLite has one writer: nothing is locked.
SELECT k.key, k.taken_until, t.id, t.state, t.created_at, t.due_at, t.eta
FROM unique_keys k
JOIN tasks t ON t.id = k.task_id
WHERE k.key IN (SELECT unhex(value) FROM json_each(?1))
