-- task.renew
-- No index holds `lease_until`: the new version of the row mostly fits on its page and touches no index.
update tasks t
set lease_until = $4
from unnest($1::uuid[], $2::int4[]) as held (id, attempt)
where t.id = held.id and t.state::text = 'running' and t.attempt = held.attempt and t.worker = $3
returning t.id, t.attempt, t.cancel_requested
