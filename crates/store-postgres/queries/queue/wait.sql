-- queue.wait
-- As queue.lock, and waits for a round that goes on: it may have begun before the attempts ended that make room now.
select limits, after_key, looked, looked_at, (
    select json_agg(json_build_array(n.name, n.rate, n.level, n.at) order by n.name) from name_limits n where n.rate is not null
) as names
from queues
where name = $1 and limits is not null and paused_at is null
for update
