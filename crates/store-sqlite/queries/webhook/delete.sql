-- webhook.delete
-- The name is free at once; the row stays until its deliveries are gone (delivery.prune_deleted), paused, so that nothing is
-- recorded any more.
UPDATE webhooks
SET name = NULL, paused_at = coalesce(paused_at, ?2), pause_reason = coalesce(pause_reason, 'asked'), updated_at = ?2
WHERE id = ?1
