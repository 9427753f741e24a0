-- admission.grant
-- Slots, and where the next round begins (see queue.keep).
with kept as (
    update queues set after_key = $6, looked = $7, looked_at = $8 where name = $1
)
insert into admissions (task_id, attempt, queue, key, admitted_at, told_at)
select g.id, g.attempt, $1, g.key, $5, $5
from unnest($2::uuid[], $3::int4[], $4::text[]) as g (id, attempt, key)
