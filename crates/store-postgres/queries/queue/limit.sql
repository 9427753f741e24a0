-- queue.limit
insert into queues (name, limits) values ($1, $2)
on conflict (name) do update set limits = excluded.limits, opened_at = null
