-- task.claim
-- Lifecycle::claim for many tasks. No `for update skip locked` here: it would write each row's lock to the log before the row
-- itself, a tenth of the whole cost of a task. Instead the ids ($1) are sorted, so that two claims cannot wait for each other
-- in a circle; a row somebody holds just now is waited for, a moment, and then no longer `queued`.
update tasks t
set state = 'running', attempt = t.attempt + 1, attempts_used = t.attempts_used + 1, worker = $2,
    started_at = $3, lease_until = $4, progress = null
from unnest($1::uuid[]) as asked (id)
where t.id = asked.id and t.state = 'queued' and (t.expires_at is null or t.expires_at > $3)
returning t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.attempts_used, t.queued_at
