-- tasks.queues
-- Live tasks per queue and state, each part from an index that holds just these tasks.
-- Differs because SQLite picks one partial index per SELECT.
SELECT queue, state, count(*) AS count, min(queued_at) AS oldest_queued_at, NULL AS oldest_started_at
FROM tasks
WHERE state = 'queued'
GROUP BY queue
UNION ALL
SELECT queue, state, count(*), NULL, min(started_at)
FROM tasks INDEXED BY tasks_leased
WHERE state = 'running'
GROUP BY queue
UNION ALL
SELECT queue, state, count(*), NULL, NULL
FROM tasks INDEXED BY tasks_due
WHERE state = 'scheduled' OR state = 'retrying'
GROUP BY queue, state
UNION ALL
SELECT queue, state, count(*), NULL, NULL
FROM tasks INDEXED BY tasks_by_state
WHERE state = 'blocked'
GROUP BY queue
