-- dead_letter.list
-- A loose scan for the fingerprints after $1, then a few steps of an index for each: however many tasks failed, a page costs at
-- most its groups ($2) times what is counted of each ($3).
with recursive prints (fingerprint, place) as (
    (
        select fingerprint, 1 from tasks
        where state = 'failed' and fingerprint is not null and fingerprint > $1
        order by fingerprint
        limit 1
    )
    union all
    select (
               select t.fingerprint from tasks t
               where t.state = 'failed' and t.fingerprint is not null and t.fingerprint > p.fingerprint
               order by t.fingerprint
               limit 1
           ), p.place + 1
    from prints p
    where p.fingerprint is not null and p.place < $2
)
select p.fingerprint, n.count, first.finished_at as first_seen, last.finished_at as last_seen, last.id, last.name, last.error
from prints p
cross join lateral (
    select count(*) as count
    from (
        select 1 from tasks t
        where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = p.fingerprint
        order by t.finished_at
        limit $3
    ) few
) n
cross join lateral (
    select t.finished_at from tasks t
    where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = p.fingerprint
    order by t.finished_at, t.id
    limit 1
) first
cross join lateral (
    select t.id, t.name, t.error, t.finished_at from tasks t
    where t.state = 'failed' and t.fingerprint is not null and t.fingerprint = p.fingerprint
    order by t.finished_at desc, t.id desc
    limit 1
) last
where p.fingerprint is not null
order by p.fingerprint
