-- webhook.add_secret
INSERT INTO webhook_secrets (webhook_id, revision, secret) VALUES (?1, ?2, ?3)
