-- name.release
-- Slots that were used, or are of no use any more. A queue that was limited since counts what runs by itself. ?1: name.
DELETE FROM admissions
WHERE name = ?1
  AND NOT EXISTS (
      SELECT 1
      FROM tasks
      WHERE tasks.id = admissions.task_id
        AND +state = 'queued'
        AND tasks.attempt = admissions.attempt - 1
        AND tasks.queue = admissions.queue
  )
