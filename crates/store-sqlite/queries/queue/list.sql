-- queue.list
-- Live tasks per queue and state. Waiting tasks, of which there may be a million, are counted from an index alone.
-- Differs because SQLite picks one partial index per SELECT.
SELECT queue, state, count(*) AS count, min(queued_at) AS oldest_queued_at, NULL AS oldest_started_at
FROM tasks INDEXED BY tasks_queued
WHERE state = 'queued'
GROUP BY queue
UNION ALL
SELECT queue, state, count(*), NULL, min(started_at)
FROM tasks INDEXED BY tasks_by_state
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
