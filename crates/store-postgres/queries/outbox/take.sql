-- outbox.take
-- Notes another relay holds are skipped; those taken get a new time, so that others leave them alone meanwhile. A note none
-- of whose tasks is still queued has served its purpose.
with old as materialized (
    select id, task_ids from outbox
    where created_at < $1
    order by created_at, id
    limit $3
    for update skip locked
),
live as materialized (
    select old.id as outbox, t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta,
        t.expires_at
    from old
    cross join lateral unnest(old.task_ids) as noted (id)
    join tasks t on t.id = noted.id
    where t.state::text = 'queued'
),
taken as (
    update outbox o set created_at = $2 from old where o.id = old.id and o.id in (select outbox from live)
),
removed as (
    delete from outbox o using old where o.id = old.id and o.id not in (select outbox from live)
)
select * from live
