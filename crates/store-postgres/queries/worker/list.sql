-- worker.list
select name, queues, tasks, slots, busy, version, started_at, draining, seen_at
from workers where seen_at >= $1 order by name
