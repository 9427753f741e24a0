-- key.remove
-- ?1: JSON array of keys.
DELETE FROM idempotency_keys WHERE key IN (SELECT value FROM json_each(?1))
