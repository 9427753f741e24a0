-- worker.list
-- ?1: heard of at or after this time.
SELECT name, queues, tasks, slots, busy, version, started_at, draining, seen_at FROM workers WHERE seen_at >= ?1 ORDER BY name
