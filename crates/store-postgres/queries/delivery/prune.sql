-- delivery.prune
-- What ended long ago. Rows that somebody replays just now are skipped.
with old as materialized (
    select id from webhook_deliveries
    where ended_at is not null and ended_at < $1
    order by ended_at
    limit $2
    for update skip locked
)
delete from webhook_deliveries d using old where d.id = old.id
