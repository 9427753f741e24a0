-- queue.pause
insert into queues (name, paused_at) values ($1, $2)
on conflict (name) do update set paused_at = coalesce(queues.paused_at, excluded.paused_at), opened_at = null
returning name, paused_at, limits, opened_at
