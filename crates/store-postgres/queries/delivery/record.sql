-- delivery.record
-- Fenced by the task: one that the delivery was taken from changes nothing. The answer is the subscription, as far as it is
-- there.
with tried as (
    update webhook_deliveries
    set state = $3, tries = tries + 1, last_try_at = $4, last_status = $5, last_error = $6, next_try_at = $7, ended_at = $8, look_at = $9
    where id = $1 and state = 'sending' and delivered_by = $2
    returning webhook_id
)
select tried.webhook_id as found, w.*
from tried left join webhooks w on w.id = tried.webhook_id and w.name is not null
