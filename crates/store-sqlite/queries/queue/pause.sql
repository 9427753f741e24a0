-- queue.pause
-- ?1: name, ?2: now.
INSERT INTO queues (name, paused_at) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET paused_at = coalesce(paused_at, excluded.paused_at), opened_at = NULL
RETURNING paused_at
