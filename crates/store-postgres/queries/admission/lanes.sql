-- admission.lanes
-- Keys of waiting tasks after $2 (to $4, if any), at most $3: a loose scan, one step of the index each.
with recursive keys (key, n) as (
    (
        select t.concurrency_key, 1
        from tasks t
        where t.queue = $1 and t.state = 'queued' and t.concurrency_key is not null
          and t.concurrency_key > $2
        order by t.concurrency_key
        limit 1
    )
    union all
    select (
        select t.concurrency_key
        from tasks t
        where t.queue = $1 and t.state = 'queued' and t.concurrency_key is not null
          and t.concurrency_key > k.key
        order by t.concurrency_key
        limit 1
    ), k.n + 1
    from keys k
    where k.key is not null and k.n < $3
)
select k.key from keys k
where k.key is not null and ($4::text is null or k.key <= $4)
order by k.n
