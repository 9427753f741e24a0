-- task.claim
-- Lifecycle::claim for many tasks. No `for update skip locked`: it would log each row's lock before the row itself. Instead the
-- ids ($1) are sorted, so that two claims cannot wait for each other in a circle; a row somebody holds just now is waited
-- for, a moment, and then no longer `queued`.
-- The state is compared as text in all statements over batches of ids, so that no index by state can be preferred to the
-- primary key: statistics taken while nothing was queued would make that look cheap, and then it is not.
update tasks t
set state = 'running', attempt = t.attempt + 1, attempts_used = t.attempts_used + 1, worker = $2,
    started_at = $3, lease_until = $4, progress = null
from unnest($1::uuid[]) as asked (id)
where t.id = asked.id and t.state::text = 'queued' and (t.expires_at is null or t.expires_at > $3)
    -- Read once for all tasks, from the index of gated queues and a table of limited names, which are mostly empty; then nothing
    -- more is asked. A slot is good for one attempt, in its queue.
    and (
        t.queue <> all (array(select q.name from queues q where q.gated))
        and t.name <> all (array(select n.name from name_limits n where n.rate is not null))
        or exists (
            select 1
            from admissions a
            where a.task_id = t.id and a.queue = t.queue and a.attempt = t.attempt + 1
              and not exists (select 1 from queues q where q.name = t.queue and q.paused_at is not null)
        )
    )
returning t.id, t.name, t.queue, t.priority, t.args, t.kwargs, t.options, t.max_attempts, t.created_at, t.eta, t.expires_at,
    t.attempt, t.attempts_used, t.queued_at,
    t.queue = any (array(select q.name from queues q where q.gated)) as limited
