-- task.move_many
-- Waiting tasks of a chunk of an operation whose queue is another than $2. Sorted by id ($1), so that two batches cannot wait for
-- each other in a circle. Those queued are to be published once more: the message under way may be taken first, which
-- does no harm, as a task is claimed by its id.
update tasks t
set queue = $2::text
from unnest($1::uuid[]) as asked (id)
where t.id = asked.id and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying') and t.queue <> $2::text
returning t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.state::text as state
