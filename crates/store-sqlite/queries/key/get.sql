-- key.get
-- ?1: JSON array of keys.
SELECT key, fingerprint, task_ids FROM idempotency_keys WHERE key IN (SELECT value FROM json_each(?1))
