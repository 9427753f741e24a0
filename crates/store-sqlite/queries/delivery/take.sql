-- delivery.take
-- The oldest of a subscription (?1) first; the writer is locked while their tasks are written. SQLite has no lateral join, so
-- subscriptions are asked for one by one.
SELECT id FROM webhook_deliveries
WHERE webhook_id = ?1 AND state = 'pending'
ORDER BY occurred_at, id
LIMIT ?2
