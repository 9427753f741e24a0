-- queue.list
-- A loose scan for the names, then counts from the index alone. Ended tasks, which are most, are never touched.
with recursive names (queue) as (
    (select queue from tasks order by queue limit 1)
    union all
    select (select t.queue from tasks t where t.queue > n.queue order by t.queue limit 1)
    from names n
    where n.queue is not null
)
select n.queue, s.state::text as state, c.count, c.oldest_queued_at, c.oldest_started_at
from names n
cross join unnest(array['blocked', 'scheduled', 'queued', 'running', 'retrying']::task_state[]) as s (state)
cross join lateral (
    select count(*) as count,
           case when s.state = 'queued' then (
               select min(o.queued_at) from generate_series(0, 9) as p (priority)
               cross join lateral (
                   select queued_at from tasks
                   where state = 'queued' and queue = n.queue and priority = p.priority::int2
                   order by queued_at
                   limit 1
               ) o
           ) end as oldest_queued_at,
           case when s.state = 'running' then (
               select min(started_at) from tasks where state = 'running' and queue = n.queue
           ) end as oldest_started_at
    from tasks t
    where t.queue = n.queue and t.state = s.state
) c
where n.queue is not null and c.count > 0
order by n.queue, s.state
