-- admission.grant
insert into admissions (task_id, attempt, queue, key, admitted_at, told_at)
select g.id, g.attempt, $1, g.key, $5, $5
from unnest($2::uuid[], $3::int4[], $4::text[]) as g (id, attempt, key)
