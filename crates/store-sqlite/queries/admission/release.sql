-- admission.release
-- Slots whose attempt is over, however it ended: the task has moved on from it. What may still begin that attempt, or runs
-- it, keeps its slot. No statement that ends a task needs to know of slots. ?1: queue.
DELETE FROM admissions
WHERE queue = ?1
  AND NOT EXISTS (
      SELECT 1
      FROM tasks
      WHERE tasks.id = admissions.task_id
        AND ((+state = 'queued' AND tasks.attempt = admissions.attempt - 1 AND +tasks.queue = ?1)
             OR (+state = 'running' AND tasks.attempt = admissions.attempt))
  )
