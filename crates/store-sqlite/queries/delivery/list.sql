-- delivery.list
SELECT * FROM webhook_deliveries
WHERE webhook_id = ?1 AND (occurred_at, id) < (?2, ?3)
ORDER BY occurred_at DESC, id DESC
LIMIT ?4
