-- task.queued_since
select id, name, queue, priority, args, kwargs, options, max_attempts, created_at, eta, expires_at
from tasks
where state = 'queued' and queue = $1 and queued_at < $2
order by priority desc, queued_at, id
limit $3
