-- key.insert
-- ?1: JSON array of [key, fingerprint, ids], keys unlike each other; ?2: now. Returns the keys that are new.
INSERT INTO idempotency_keys (key, fingerprint, task_ids, created_at)
SELECT value ->> 0, unhex(value ->> 1), unhex(value ->> 2), ?2
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (key) DO NOTHING
RETURNING key
