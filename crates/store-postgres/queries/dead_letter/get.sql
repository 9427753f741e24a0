-- dead_letter.get
-- The group of one fingerprint ($1), counted up to $2; no row when no failed task has it.
select last.fingerprint, n.count, first.finished_at as first_seen, last.finished_at as last_seen, last.id, last.name, last.error
from (
    select t.id, t.name, t.error, t.finished_at, t.fingerprint from tasks t
    where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = $1
    order by t.finished_at desc, t.id desc
    limit 1
) last
cross join lateral (
    select count(*) as count
    from (
        select 1 from tasks t
        where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = last.fingerprint
        order by t.finished_at
        limit $2
    ) few
) n
cross join lateral (
    select t.finished_at from tasks t
    where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = last.fingerprint
    order by t.finished_at, t.id
    limit 1
) first
