-- task.move_many
-- Waiting tasks of a chunk of an operation whose queue is another than $2. Sorted by id ($1), so that two batches cannot wait for
-- each other in a circle. Those queued are to be published once more: the message under way may be taken first, which
-- does no harm, as a task is claimed by its id.
-- A slot of the queue that a task leaves is free at once; the slots are looked for by the tasks' ids.
with moved as (
    update tasks t
    set queue = $2::text
    from unnest($1::uuid[]) as asked (id)
    where t.id = asked.id and t.state::text in ('blocked', 'scheduled', 'queued', 'retrying') and t.queue <> $2::text
    returning t.*
),
freed as (
    delete from admissions a using moved where a.task_id = moved.id
)
select t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.state::text as state
from moved t
