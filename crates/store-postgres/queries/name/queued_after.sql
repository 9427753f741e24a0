-- name.queued_after
-- The next $5 waiting tasks of a name after a place ($2, $3), of those queued from $4 on.
select id, name, queue, priority, args, kwargs, options, max_attempts, created_at, eta, expires_at
from tasks
where name = $1 and state = 'queued' and (created_at, id) > ($2, $3) and queued_at >= $4
order by created_at, id
limit $5
