-- attempt.list
-- Past attempts, and the current or last one from the task itself unless it is history already.
select attempt, worker, queued_at, started_at, finished_at, state::text as state, error
from attempts
where task_id = $1
union all
select t.attempt, t.worker, t.queued_at, t.started_at, t.finished_at, t.state::text,
    case when t.state = 'running' then null else t.error end
from tasks t
where t.id = $1 and t.attempt > 0 and t.started_at is not null
    and t.state in ('running', 'succeeded', 'failed', 'cancelled')
    and not exists (select from attempts a where a.task_id = t.id and a.attempt = t.attempt)
order by attempt
