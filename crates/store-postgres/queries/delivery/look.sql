-- delivery.look
-- Deliveries nobody has heard of: those whose task still lives are looked at again later ($3), the others have failed.
-- Rows that somebody changes just now are skipped.
with silent as materialized (
    select id, delivered_by from webhook_deliveries
    where look_at is not null and look_at <= $1
    order by look_at
    limit $2
    for update skip locked
),
seen as (
    select s.id, exists (
        select from tasks t
        where t.id = s.delivered_by and t.state::text in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
    ) as lives
    from silent s
),
changed as (
    update webhook_deliveries d
    set state = case when seen.lives then d.state else 'failed' end,
        look_at = case when seen.lives then $3::timestamptz end,
        ended_at = case when seen.lives then null else $1::timestamptz end,
        next_try_at = case when seen.lives then d.next_try_at end,
        last_error = case when seen.lives then d.last_error else $4 end
    from seen
    where d.id = seen.id
    returning seen.lives
)
select count(*) from changed where not lives
