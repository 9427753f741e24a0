-- webhook.forget
-- Deleted subscriptions without deliveries. An hour after the deletion no statement can be under way that still saw them.
delete from webhooks w
where w.name is null and w.updated_at < $1
  and not exists (select from webhook_deliveries d where d.webhook_id = w.id)
