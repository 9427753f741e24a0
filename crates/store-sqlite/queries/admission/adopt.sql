-- admission.adopt
-- What runs without a slot (it began before the queue was limited) takes one, whether there is room or not.
-- ?1: queue, ?2: now.
INSERT INTO admissions (task_id, attempt, queue, key, admitted_at, told_at)
SELECT id, attempt, queue, coalesce(options ->> 'concurrency_key', ''), coalesce(started_at, ?2), ?2
FROM tasks INDEXED BY tasks_by_queue
WHERE queue = ?1
  AND state = 'running'
  AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = tasks.id)
