-- admission.waiting
-- The first $3 of each of the keys ($2), in their order. Slots are few beside what waits, and their holders stand first.
select k.key, c.id, c.attempt
from unnest($2::text[]) with ordinality as k (key, n)
cross join lateral (
    select t.id, t.attempt, t.priority, t.queued_at
    from tasks t
    where t.queue = $1 and t.state = 'queued' and t.concurrency_key is not null
      and t.concurrency_key = k.key
      and (t.expires_at is null or t.expires_at > $4)
      and not exists (select 1 from admissions a where a.task_id = t.id)
    order by t.priority desc, t.queued_at, t.id
    limit $3
) c
order by k.n, c.priority desc, c.queued_at, c.id
