-- delivery.prune_deleted
-- What deleted subscriptions have left, whatever its state.
with orphans as materialized (
    select d.id
    from webhooks w
    cross join lateral (
        select d.id from webhook_deliveries d where d.webhook_id = w.id limit $1 for update skip locked
    ) as d
    where w.name is null
    limit $1
)
delete from webhook_deliveries d using orphans where d.id = orphans.id
