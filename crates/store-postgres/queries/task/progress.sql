-- task.progress
update tasks t
set progress = p.progress
from unnest($1::uuid[], $2::int4[], $3::json[]) as p (id, attempt, progress)
where t.id = p.id and t.state::text = 'running' and t.attempt = p.attempt
returning t.id, t.attempt, t.name, t.queue
