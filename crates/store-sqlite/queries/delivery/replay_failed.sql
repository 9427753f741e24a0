-- delivery.replay_failed
-- The oldest first.
UPDATE webhook_deliveries
SET state = 'pending', tries = 0, replays = replays + 1, next_try_at = NULL, ended_at = NULL, delivered_by = NULL, look_at = NULL
WHERE rowid IN (
    SELECT rowid FROM webhook_deliveries
    WHERE webhook_id = ?1 AND state = 'failed' AND occurred_at >= ?2
    ORDER BY occurred_at, id
    LIMIT ?3
)
