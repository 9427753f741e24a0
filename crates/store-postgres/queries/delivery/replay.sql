-- delivery.replay
-- The row is locked first, so that the answer and the change speak of the same state; no row means that there is no such
-- delivery.
with found as materialized (
    select id, state from webhook_deliveries where id = $2 and webhook_id = $1 for update
),
changed as (
    update webhook_deliveries d
    set state = 'pending', tries = 0, replays = d.replays + 1, next_try_at = null, ended_at = null, delivered_by = null, look_at = null
    from found
    where d.id = found.id and found.state in ('delivered', 'failed')
    returning d.*
)
select found.state as before, changed.*
from found left join changed on true
