-- delivery.replay_failed
-- The oldest first; what somebody else replays just now is skipped.
with failed as materialized (
    select id from webhook_deliveries
    where webhook_id = $1 and state = 'failed' and occurred_at >= $2
    order by occurred_at, id
    limit $3
    for update skip locked
)
update webhook_deliveries d
set state = 'pending', tries = 0, replays = d.replays + 1, next_try_at = null, ended_at = null, delivered_by = null, look_at = null
from failed
where d.id = failed.id
