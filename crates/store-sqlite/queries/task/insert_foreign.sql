-- task.insert_foreign
-- Tasks that others published straight to the broker; known ones are left as they are. ?1: JSON array of rows.
INSERT INTO tasks (id, name, queue, priority, state, max_attempts, created_at, queued_at, due_at, eta, expires_at, options, args,
                   kwargs)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
       value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (id) DO NOTHING
RETURNING id
