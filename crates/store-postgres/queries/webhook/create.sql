-- webhook.create
insert into webhooks (id, name, description, url, events, queues, tasks, include, paused_at, pause_reason, created_at, updated_at, revision)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (name) do nothing
