-- delivery.waiting
-- How many active subscriptions have something to dispatch; takes no lock.
select count(*) from webhooks w
where w.paused_at is null
  and exists (select from webhook_deliveries d where d.webhook_id = w.id and d.state = 'pending')
