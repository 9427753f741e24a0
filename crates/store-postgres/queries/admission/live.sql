-- admission.live
-- Tasks of a key that have not ended, counted up to $3. Their order does not matter: it names the index that has it.
select count(*) as count
from (
    select 1
    from unnest(array['blocked', 'scheduled', 'queued', 'running', 'retrying']::task_state[]) as s (state)
    cross join lateral (
        select 1
        from tasks t
        where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
          and t.concurrency_key is not null and t.concurrency_key = $2
        order by t.priority desc, t.queued_at, t.id
        limit $3
    ) one
    limit $3
) few
