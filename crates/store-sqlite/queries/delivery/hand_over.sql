-- delivery.hand_over
-- To the tasks that deliver them. ?1: JSON array of [id, task].
UPDATE webhook_deliveries
SET state = 'sending', delivered_by = h.task, look_at = ?2
FROM (SELECT unhex(value ->> 0) AS id, unhex(value ->> 1) AS task FROM jsonb_each(?1)) AS h
WHERE webhook_deliveries.id = h.id AND state = 'pending'
