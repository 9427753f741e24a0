-- admission.unkeyed
-- Tasks without a key among $3 tasks from the $2th on, at most $4, without those of the names $6, of which none may start just now;
-- and how many there were to look at. `name` is that of a task whose name is limited.
with few as materialized (
    select id, attempt, concurrency_key, expires_at, name, row_number() over (order by priority desc, queued_at, id) as n
    from tasks
    where state = 'queued' and queue = $1
    order by priority desc, queued_at, id
    offset $2 limit $3
),
found as (
    select few.id, few.attempt, few.n,
           case when few.name = any (array(select l.name from name_limits l where l.rate is not null)) then few.name end as name
    from few
    where few.concurrency_key is null and (few.expires_at is null or few.expires_at > $5)
      and few.name <> all ($6::text[])
      and not exists (select 1 from admissions a where a.task_id = few.id)
    order by few.n
    limit $4
)
select found.id, found.attempt, found.name, all_of_them.count
from (select count(*) as count from few) all_of_them left join found on true
order by found.n
