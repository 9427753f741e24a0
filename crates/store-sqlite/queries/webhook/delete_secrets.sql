-- webhook.delete_secrets
DELETE FROM webhook_secrets WHERE webhook_id = ?1
