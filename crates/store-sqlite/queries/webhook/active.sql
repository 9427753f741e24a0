-- webhook.active
-- Whether events are to be recorded, and whether they are.
SELECT EXISTS (SELECT 1 FROM webhooks WHERE paused_at IS NULL) AS wanted,
    EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = 'webhook_record') AS armed
