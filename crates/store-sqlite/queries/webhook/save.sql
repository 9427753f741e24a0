-- webhook.save
UPDATE webhooks
SET description = ?2, url = ?3, events = ?4, queues = ?5, tasks = ?6, include = ?7, paused_at = ?8, pause_reason = ?9,
    failing_since = ?10, rotated_at = ?11, previous_until = ?12, updated_at = ?13, revision = ?14
WHERE id = ?1
