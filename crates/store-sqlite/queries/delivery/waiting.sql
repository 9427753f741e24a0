-- delivery.waiting
-- Active subscriptions with something to dispatch.
SELECT id FROM webhooks AS w
WHERE paused_at IS NULL
    AND EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.webhook_id = w.id AND d.state = 'pending')
