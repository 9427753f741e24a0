-- line.full_keys
-- Keys that have $2 slots or more, those with most first, at most $3; how many of each wait without one, counted up to $4.
select full_key.key, full_key.running, waiting.count as waiting
from (
    select a.key, count(*) as running
    from admissions a
    where a.queue = $1 and a.key <> ''
    group by a.key
    having count(*) >= $2
    order by count(*) desc, a.key
    limit $3
) full_key
cross join unnest(array['queued']::task_state[]) as s (state)
cross join lateral (
    select count(*) as count
    from (
        select 1
        from tasks t
        where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
          and t.concurrency_key is not null and t.concurrency_key = full_key.key
          and not exists (select 1 from admissions a where a.task_id = t.id)
        order by t.priority desc, t.queued_at, t.id
        limit $4
    ) few
) waiting
order by waiting.count desc, full_key.key
