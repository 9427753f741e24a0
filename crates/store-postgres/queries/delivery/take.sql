-- delivery.take
-- Some ($2) of each active subscription, so that none waits for another's backlog. Locked until their tasks are written; what
-- another dispatcher holds is skipped.
select taken.id
from webhooks w
cross join lateral (
    select d.id from webhook_deliveries d
    where d.webhook_id = w.id and d.state = 'pending'
    order by d.occurred_at, d.id
    limit $2
    for update skip locked
) as taken
where w.paused_at is null
limit $1
