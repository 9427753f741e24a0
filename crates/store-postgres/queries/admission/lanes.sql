-- admission.lanes
-- A loose scan: one step of the index per key after $2 (to $5, if any), at most $3 keys, then the first $4 of each. Slots are
-- few beside what waits, and their holders stand first.
with recursive keys (key, n) as (
    (
        select t.options ->> 'concurrency_key', 1
        from tasks t
        where t.queue = $1 and t.state = 'queued' and (t.options ->> 'concurrency_key') is not null
          and (t.options ->> 'concurrency_key') > ($2::text collate "C")
        order by (t.options ->> 'concurrency_key') collate "C"
        limit 1
    )
    union all
    select (
        select t.options ->> 'concurrency_key'
        from tasks t
        where t.queue = $1 and t.state = 'queued' and (t.options ->> 'concurrency_key') is not null
          and (t.options ->> 'concurrency_key') > (k.key collate "C")
        order by (t.options ->> 'concurrency_key') collate "C"
        limit 1
    ), k.n + 1
    from keys k
    where k.key is not null and k.n < $3
)
select k.key, c.id, c.attempt
from keys k
cross join lateral (
    select t.id, t.attempt, t.priority, t.queued_at
    from tasks t
    where t.queue = $1 and t.state = 'queued' and (t.options ->> 'concurrency_key') is not null
      and (t.options ->> 'concurrency_key') = (k.key collate "C")
      and (t.expires_at is null or t.expires_at > $6)
      and not exists (select 1 from admissions a where a.task_id = t.id)
    order by t.priority desc, t.queued_at, t.id
    limit $4
) c
where k.key is not null and ($5::text is null or k.key <= ($5::text collate "C"))
order by k.n, c.priority desc, c.queued_at, c.id
