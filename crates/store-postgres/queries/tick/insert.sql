-- tick.insert
-- A tick that has its row stays as it is, and one that has made a task makes no other, whatever the kind: what does not come
-- back makes nothing. The schedule is locked.
insert into schedule_ticks (schedule, tick_at, kind, decided_at, task_id, skipped, through, detail)
select $1, n.tick_at, n.kind, n.decided_at, n.task_id, n.skipped, n.through, n.detail
from unnest($2::timestamptz[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[], $7::timestamptz[], $8::text[])
    as n (tick_at, kind, decided_at, task_id, skipped, through, detail)
where n.kind = 'manual' or not exists (
    select 1 from schedule_ticks k
    where k.schedule = $1 and k.tick_at = n.tick_at and k.kind <> 'manual' and k.task_id is not null
)
on conflict (schedule, tick_at, kind) do nothing
returning tick_at
