-- workflow.fail
-- Lifecycle::fail_blocked. The fingerprint is that of the domain, from the pattern of the failure.
update tasks t
set state = 'failed', finished_at = $4, error = f.error,
    fingerprint = left(encode(sha256(convert_to(t.name || E'\n' || f.pattern, 'UTF8')), 'hex'), 16)
from unnest($1::uuid[], $2::json[], $3::text[]) as f (id, error, pattern)
where t.id = f.id and t.state::text = 'blocked'
returning t.id, t.name, t.queue, t.attempt, t.state::text as state
