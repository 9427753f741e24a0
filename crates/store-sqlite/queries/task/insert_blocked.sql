-- task.insert_blocked
-- ?1: JSON array of rows, as task.insert has them; all wait for others (Lifecycle::begin_blocked).
INSERT INTO tasks (id, name, queue, priority, state, max_attempts, created_at, eta, expires_at, options, args, kwargs)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, 'blocked', value ->> 5, value ->> 6, value ->> 9,
       value ->> 10, value ->> 11, value ->> 12, value ->> 13
FROM jsonb_each(?1)
