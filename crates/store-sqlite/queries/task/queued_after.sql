-- task.queued_after
-- One priority of a queue, from where the last portion ended. ?1: queue, ?2: priority, ?3 and ?4: time and row of the last task,
-- ?5: queued since, ?6: most rows. Differs because the index ends in the row's number, not in the id.
SELECT id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
       rowid AS position
FROM tasks INDEXED BY tasks_queued
WHERE state = 'queued' AND queue = ?1 AND priority = ?2 AND (queued_at, rowid) > (?3, ?4) AND queued_at >= ?5
ORDER BY queued_at, rowid
LIMIT ?6
