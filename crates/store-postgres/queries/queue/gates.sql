-- queue.gates
-- The limit bounds what every process keeps of it.
select name, paused_at, limits, opened_at from queues order by name limit 10000
