-- line.before_of_key
-- As line.before, among the tasks of the key $6.
select count(*) as count
from (
    (
        select 1 from tasks
        where queue = $1 and state = 'queued' and concurrency_key is not null and concurrency_key = $6 and priority > $2
        limit $5
    )
    union all
    (
        select 1 from tasks
        where queue = $1 and state = 'queued' and concurrency_key is not null and concurrency_key = $6
          and priority = $2 and (queued_at, id) < ($3, $4)
        limit $5
    )
    limit $5
) few
