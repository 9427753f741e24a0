-- task.claim
-- ?1: JSON array of ids, ?2: worker, ?3: now, ?4: end of the lease.
-- "+state" keeps the planner from looking for the ids among all queued tasks.
-- Differs because SQLite has one writer: there are no rows locked by another claim to skip.
UPDATE tasks
SET state = 'running',
    attempt = attempt + 1,
    attempts_used = attempts_used + 1,
    cancel_requested = 0,
    worker = ?2,
    started_at = ?3,
    lease_until = ?4,
    progress = NULL,
    error = NULL
WHERE id IN (SELECT unhex(value) FROM json_each(?1))
  AND +state = 'queued'
  AND (expires_at IS NULL OR expires_at > ?3)
  -- One step in a table that is mostly empty, and limited names read once for all; a slot is good for one attempt, in its queue.
  AND (NOT EXISTS (SELECT 1 FROM queues WHERE queues.name = tasks.queue AND (paused_at IS NOT NULL OR limits IS NOT NULL))
       AND name NOT IN (SELECT name_limits.name FROM name_limits WHERE rate IS NOT NULL)
       OR EXISTS (SELECT 1
                  FROM admissions
                  WHERE task_id = tasks.id AND admissions.queue = tasks.queue AND admissions.attempt = tasks.attempt + 1
                    AND NOT EXISTS (SELECT 1 FROM queues WHERE queues.name = tasks.queue AND paused_at IS NOT NULL)))
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt, attempts_used,
          queue IN (SELECT name FROM queues WHERE limits IS NOT NULL) AS limited
