-- attempt.keep_finished
-- Run before task.finish, with the same ?1: keeps the attempts that are not their task's last.
INSERT INTO attempts (task_id, attempt, worker, queued_at, started_at, finished_at, state, error)
SELECT task.id, task.attempt, task.worker, task.queued_at, task.started_at, value ->> 6,
       iif(value ->> 2 = 'released', 'queued', 'retrying'), value ->> 4
FROM jsonb_each(?1)
JOIN tasks AS task ON task.id = unhex(value ->> 0)
WHERE +task.state = 'running'
  AND task.attempt = value ->> 1
  AND NOT task.cancel_requested
  AND (value ->> 2 = 'released' OR (value ->> 2 = 'retrying' AND task.attempts_used < task.max_attempts))
