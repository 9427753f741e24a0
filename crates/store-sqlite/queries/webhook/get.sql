-- webhook.get
SELECT * FROM webhooks WHERE name = ?1
