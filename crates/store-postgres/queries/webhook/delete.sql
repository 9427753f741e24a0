-- webhook.delete
-- The name is free at once; the row stays until its deliveries are gone (delivery.prune_deleted), paused, so that nothing is
-- recorded any more.
with gone as (
    delete from webhook_secrets where webhook_id = $1
)
update webhooks
set name = null, paused_at = coalesce(paused_at, $2), pause_reason = coalesce(pause_reason, 'asked'), updated_at = $2
where id = $1
