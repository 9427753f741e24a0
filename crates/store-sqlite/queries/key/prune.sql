-- key.prune
-- ?1: created at or before this time.
DELETE FROM idempotency_keys WHERE created_at <= ?1
