-- webhook.retire_secrets
-- The current secret is valid until $2; of those before, one stays, and none that is not valid any more. The subscription's row is
-- locked.
with kept as (
    select revision from webhook_secrets where webhook_id = $1 order by revision desc limit $4
),
gone as (
    delete from webhook_secrets
    where webhook_id = $1 and (valid_until <= $3 or revision not in (select revision from kept))
)
update webhook_secrets s
set valid_until = $2
where s.webhook_id = $1 and s.valid_until is null
