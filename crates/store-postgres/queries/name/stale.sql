-- name.stale
-- Those admitted a while ago and not begun: their messages may be lost. Told of once more.
update admissions a
set told_at = $2
from tasks t
where a.name = $1 and a.told_at < $3 and t.id = a.task_id and t.state::text = 'queued'
returning a.task_id
