-- worker.beat
-- Answers whether the registry changed: the worker is new, or began to drain.
with before as (
    select draining from workers where name = $1
),
told as (
    insert into workers (name, queues, tasks, slots, busy, version, started_at, draining, seen_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (name) do update
    set queues = excluded.queues, tasks = excluded.tasks, slots = excluded.slots, busy = excluded.busy,
        version = excluded.version, started_at = excluded.started_at, draining = excluded.draining, seen_at = excluded.seen_at
)
select not exists (select from before) or ($8 and not (select draining from before)) as changed
