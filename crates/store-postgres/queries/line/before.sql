-- line.before
-- Waiting tasks of a queue before a task of priority $2, queued at $3, with id $4; counted up to $5, from the index alone.
select count(*) as count
from (
    (select 1 from tasks where state = 'queued' and queue = $1 and priority > $2 limit $5)
    union all
    (select 1 from tasks where state = 'queued' and queue = $1 and priority = $2 and (queued_at, id) < ($3, $4) limit $5)
    limit $5
) few
