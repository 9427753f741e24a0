-- task.queued_after
-- One priority of a queue, from where the last portion ended.
select id, name, queue, priority, args, kwargs, options, max_attempts, created_at, eta, expires_at, queued_at
from tasks
where state = 'queued' and queue = $1 and priority = $2 and (queued_at, id) > ($3, $4) and queued_at >= $5
order by queued_at, id
limit $6
