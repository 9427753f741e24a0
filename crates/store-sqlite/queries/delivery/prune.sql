-- delivery.prune
-- What ended long ago.
DELETE FROM webhook_deliveries
WHERE rowid IN (
    SELECT rowid FROM webhook_deliveries WHERE ended_at IS NOT NULL AND ended_at < ?1 ORDER BY ended_at LIMIT ?2
)
