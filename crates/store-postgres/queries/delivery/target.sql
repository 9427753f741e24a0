-- delivery.target
-- What a task is to send: only the task that has the delivery, and only of a subscription that is there.
select d.kind, d.occurred_at, d.task_id, d.tries, d.facts, w.id as webhook_id, w.name, w.url, w.paused_at is not null as paused
from webhook_deliveries d
join webhooks w on w.id = d.webhook_id
where d.id = $1 and d.state = 'sending' and d.delivered_by = $2 and w.name is not null
