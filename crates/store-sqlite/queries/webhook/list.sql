-- webhook.list
SELECT * FROM webhooks WHERE name > ?1 ORDER BY name LIMIT ?2
