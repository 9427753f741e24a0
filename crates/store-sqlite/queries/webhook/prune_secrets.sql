-- webhook.prune_secrets
-- Keeps the latest ?3, and none that is not valid any more at ?2.
DELETE FROM webhook_secrets
WHERE webhook_id = ?1 AND (valid_until <= ?2 OR revision NOT IN (
    SELECT revision FROM webhook_secrets WHERE webhook_id = ?1 ORDER BY revision DESC LIMIT ?3
))
