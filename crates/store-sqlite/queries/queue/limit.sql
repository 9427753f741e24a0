-- queue.limit
-- ?1: name, ?2: limits as JSON.
INSERT INTO queues (name, limits) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET limits = excluded.limits, opened_at = NULL
