-- delivery.park
-- Of a paused subscription: waits for the dispatcher again.
update webhook_deliveries
set state = 'pending', delivered_by = null, look_at = null, next_try_at = null
where id = $1 and state = 'sending' and delivered_by = $2
