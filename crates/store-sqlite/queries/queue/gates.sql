-- queue.gates
-- The limit bounds what every process keeps of it.
SELECT name, paused_at, limits, opened_at FROM queues ORDER BY name LIMIT 10000
