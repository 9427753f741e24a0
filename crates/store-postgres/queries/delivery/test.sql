-- delivery.test
insert into webhook_deliveries (id, webhook_id, kind, occurred_at, state, facts)
values ($1, $2, 'webhook.test', $3, 'pending', '{}')
returning *
