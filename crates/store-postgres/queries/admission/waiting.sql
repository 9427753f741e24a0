-- admission.waiting
-- The first $3 of each of the keys ($2), in their order, without tasks of the names $5, of which none may start just now: those are
-- looked through up to the $6th. `name` is that of a task whose name is limited. Slots are few beside what waits, and their
-- holders stand first.
-- The state stands in a row of its own, so that the index of all waiting tasks of a queue is not offered to the planner: on an empty
-- table it looks as cheap as that of the tasks with keys, and such a plan is kept.
select k.key, c.id, c.attempt, c.name
from unnest($2::text[]) with ordinality as k (key, n)
cross join unnest(array['queued']::task_state[]) as s (state)
cross join lateral (
    select few.id, few.attempt, few.priority, few.queued_at,
           case when few.name = any (array(select l.name from name_limits l where l.rate is not null)) then few.name end as name
    from (
        select t.id, t.attempt, t.priority, t.queued_at, t.name
        from tasks t
        where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
          and t.concurrency_key is not null and t.concurrency_key = k.key
          and (t.expires_at is null or t.expires_at > $4)
          and not exists (select 1 from admissions a where a.task_id = t.id)
        order by t.priority desc, t.queued_at, t.id
        limit $6
    ) few
    where few.name <> all ($5::text[])
    order by few.priority desc, few.queued_at, few.id
    limit $3
) c
order by k.n, c.priority desc, c.queued_at, c.id
