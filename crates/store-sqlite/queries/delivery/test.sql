-- delivery.test
INSERT INTO webhook_deliveries (id, webhook_id, kind, occurred_at, state, facts)
VALUES (?1, ?2, 'webhook.test', ?3, 'pending', '{}')
RETURNING *
