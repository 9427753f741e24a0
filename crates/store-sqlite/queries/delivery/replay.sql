-- delivery.replay
UPDATE webhook_deliveries
SET state = 'pending', tries = 0, replays = replays + 1, next_try_at = NULL, ended_at = NULL, delivered_by = NULL, look_at = NULL
WHERE id = ?2 AND webhook_id = ?1 AND state IN ('delivered', 'failed')
RETURNING *
