-- line.full_keys
-- Keys that have ?2 slots or more, those with most first, at most ?3; how many of each wait without one, counted up to ?4.
-- ?1: queue.
SELECT full_key.key AS key, full_key.running AS running,
       (SELECT count(*)
        FROM (SELECT 1
              FROM tasks INDEXED BY tasks_keyed
              WHERE tasks.queue = ?1 AND tasks.state = 'queued'
                AND tasks.options ->> 'concurrency_key' = full_key.key
                AND tasks.options ->> 'concurrency_key' IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = tasks.id)
              LIMIT ?4)) AS waiting
FROM (
    SELECT admissions.key AS key, count(*) AS running
    FROM admissions INDEXED BY admissions_by_key
    WHERE admissions.queue = ?1 AND admissions.key <> ''
    GROUP BY admissions.key
    HAVING count(*) >= ?2
    ORDER BY count(*) DESC, admissions.key
    LIMIT ?3
) AS full_key
ORDER BY waiting DESC, full_key.key
