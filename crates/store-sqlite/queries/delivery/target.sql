-- delivery.target
-- What a task is to send: only the task that has the delivery, and only of a subscription that is there.
SELECT d.kind, d.occurred_at, d.task_id, d.tries, d.facts, w.id AS webhook_id, w.name, w.url, w.paused_at IS NOT NULL AS paused
FROM webhook_deliveries AS d
JOIN webhooks AS w ON w.id = d.webhook_id
WHERE d.id = ?1 AND d.state = 'sending' AND d.delivered_by = ?2 AND w.name IS NOT NULL
