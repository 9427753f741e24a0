-- line.before_of_key
-- As line.before, among the tasks of the key $6. For the state and the order see admission.waiting and admission.live.
select count(*) as count
from unnest(array['queued']::task_state[]) as s (state)
cross join lateral (
    (
        select 1 from tasks t
        where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
          and t.concurrency_key is not null and t.concurrency_key = $6 and t.priority > $2
        order by t.priority desc, t.queued_at, t.id
        limit $5
    )
    union all
    (
        select 1 from tasks t
        where t.queue = $1 and t.state = s.state and t.state in ('blocked', 'scheduled', 'queued', 'running', 'retrying')
          and t.concurrency_key is not null and t.concurrency_key = $6
          and t.priority = $2 and (t.queued_at, t.id) < ($3, $4)
        order by t.priority desc, t.queued_at, t.id
        limit $5
    )
    limit $5
) few
