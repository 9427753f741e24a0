-- admission.lanes
-- Keys of waiting tasks, at most $3, from after $2 on and then around from the beginning to it: a loose scan, one or two steps
-- of the index each. For the state see admission.waiting.
with recursive keys (key, n, around) as (
    select first.key, 1, first.around
    from unnest(array['queued']::task_state[]) as s (state)
    cross join lateral (
        (
            select t.concurrency_key as key, false as around
            from tasks t
            where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
              and t.concurrency_key is not null and t.concurrency_key > $2
            order by t.concurrency_key
            limit 1
        )
        union all
        (
            select t.concurrency_key, true
            from tasks t
            where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
              and t.concurrency_key is not null and t.concurrency_key <= $2
            order by t.concurrency_key
            limit 1
        )
        order by around
        limit 1
    ) first
    union all
    select next.key, k.n + 1, next.around
    from keys k
    cross join unnest(array['queued']::task_state[]) as s (state)
    cross join lateral (
        (
            select t.concurrency_key as key, k.around as around
            from tasks t
            where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
              and t.concurrency_key is not null and t.concurrency_key > k.key
            order by t.concurrency_key
            limit 1
        )
        union all
        (
            select t.concurrency_key, true
            from tasks t
            where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
              and t.concurrency_key is not null and t.concurrency_key <= $2
              and not k.around
            order by t.concurrency_key
            limit 1
        )
        order by around
        limit 1
    ) next
    where k.n < $3 and not (k.around and next.key > $2)
)
select key, around from keys order by n
