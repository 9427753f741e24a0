-- delivery.of_webhook
-- The subscription of a delivery, as far as it is there.
SELECT * FROM webhooks WHERE id = ?1 AND name IS NOT NULL
