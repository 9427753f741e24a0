-- delivery.park
-- Of a paused subscription: waits for the dispatcher again.
UPDATE webhook_deliveries
SET state = 'pending', delivered_by = NULL, look_at = NULL, next_try_at = NULL
WHERE id = ?1 AND state = 'sending' AND delivered_by = ?2
