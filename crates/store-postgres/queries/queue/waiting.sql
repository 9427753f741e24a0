-- queue.waiting
-- A loose scan: one step of the index per queue, then one per priority, however many tasks wait.
with recursive names (queue) as (
    (select queue from tasks where state = 'queued' order by queue limit 1)
    union all
    select (select t.queue from tasks t where t.state = 'queued' and t.queue > n.queue order by t.queue limit 1)
    from names n
    where n.queue is not null
)
select n.queue, min(o.queued_at) as since
from names n
cross join generate_series(0, 9) as p (priority)
cross join lateral (
    select queued_at from tasks
    where state = 'queued' and queue = n.queue and priority = p.priority::int2
    order by queued_at
    limit 1
) o
where n.queue is not null
group by n.queue
order by n.queue
