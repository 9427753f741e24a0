-- task.get
select id, name, queue, priority, state::text as state, attempt, attempts_used, max_attempts, created_at, queued_at, due_at,
    started_at, finished_at, lease_until, expires_at, worker, cancel_requested, progress, error, args, kwargs, options, eta, result
from tasks where id = $1
