-- queue.forget
DELETE FROM queues WHERE name = ?1 AND opened_at IS NOT NULL
