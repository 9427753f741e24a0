-- operation.list
select id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
from operations
where (created_at, id) < ($1, $2)
order by created_at desc, id desc
limit $3
