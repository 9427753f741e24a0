-- task.finish
-- ?1: JSON array of [id, attempt, outcome, result, error, due_at, finished_at], at most one per attempt.
-- The CASE is Lifecycle::finish: who was asked to stop is not tried again, and the last attempt's failure is final.
UPDATE tasks
SET state = ended.next,
    attempts_used = attempts_used - (ended.outcome = 'released' AND attempts_used > 0),
    cancel_requested = 0,
    lease_until = NULL,
    queued_at = iif(ended.next = 'queued', ended.finished_at, queued_at),
    due_at = iif(ended.next = 'retrying', ended.due_at, NULL),
    finished_at = iif(ended.next IN ('queued', 'retrying'), NULL, ended.finished_at),
    error = iif(ended.next IN ('failed', 'retrying'), ended.error, NULL),
    result = ended.result
FROM (
    SELECT task.rowid AS row,
           value ->> 2 AS outcome,
           value ->> 3 AS result,
           value ->> 4 AS error,
           value ->> 5 AS due_at,
           value ->> 6 AS finished_at,
           CASE
               WHEN value ->> 2 IN ('succeeded', 'failed', 'cancelled') THEN value ->> 2
               WHEN task.cancel_requested THEN 'cancelled'
               WHEN value ->> 2 = 'released' THEN 'queued'
               WHEN task.attempts_used >= task.max_attempts THEN 'failed'
               ELSE 'retrying'
           END AS next
    FROM jsonb_each(?1)
    JOIN tasks AS task ON task.id = unhex(value ->> 0)
    WHERE +task.state = 'running' AND task.attempt = value ->> 1
) AS ended
WHERE tasks.rowid = ended.row
RETURNING id, name, queue, attempt, state, workflow_id IS NOT NULL AS is_node
