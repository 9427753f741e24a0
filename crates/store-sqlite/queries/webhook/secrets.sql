-- webhook.secrets
-- The newest first.
SELECT secret FROM webhook_secrets
WHERE webhook_id = ?1 AND (valid_until IS NULL OR valid_until > ?2)
ORDER BY revision DESC
