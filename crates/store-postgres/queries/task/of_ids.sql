-- task.of_ids
select id, name, queue, priority, args, kwargs, options, max_attempts, created_at, eta, expires_at
from tasks
where id = any($1)
