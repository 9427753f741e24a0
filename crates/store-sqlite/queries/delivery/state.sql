-- delivery.state
SELECT state FROM webhook_deliveries WHERE id = ?2 AND webhook_id = ?1
