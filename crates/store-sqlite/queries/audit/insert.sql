-- audit.insert
-- ?1: JSON array of [id, at, actor, key, role, action, target, address, request id, status], ids as hexadecimal digits.
INSERT INTO audit_entries (id, at, actor, key_id, role, action, target, address, request_id, status)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6, value ->> 7,
       value ->> 8, value ->> 9
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (at, id) DO NOTHING
