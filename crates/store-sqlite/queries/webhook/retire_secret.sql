-- webhook.retire_secret
-- The current secret is valid until ?2.
UPDATE webhook_secrets SET valid_until = ?2 WHERE webhook_id = ?1 AND valid_until IS NULL
