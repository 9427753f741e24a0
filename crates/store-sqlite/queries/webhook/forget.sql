-- webhook.forget
-- Deleted subscriptions without deliveries.
DELETE FROM webhooks
WHERE name IS NULL AND updated_at < ?1
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.webhook_id = webhooks.id)
