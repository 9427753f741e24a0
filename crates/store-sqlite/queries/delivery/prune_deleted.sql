-- delivery.prune_deleted
-- What deleted subscriptions have left, whatever its state.
DELETE FROM webhook_deliveries
WHERE rowid IN (
    SELECT d.rowid FROM webhooks AS w JOIN webhook_deliveries AS d ON d.webhook_id = w.id WHERE w.name IS NULL LIMIT ?1
)
