-- webhook.count
SELECT count(*) FROM webhooks WHERE name IS NOT NULL
