-- dead_letter.list
-- A loose scan for the fingerprints after ?1, then a few steps of an index for each: however many tasks failed, a page costs
-- at most its groups (?2) times what is counted of each (?3).
WITH RECURSIVE prints (fingerprint, place) AS (
    SELECT (
               SELECT fingerprint FROM tasks INDEXED BY tasks_dead
               WHERE state = 'failed' AND fingerprint IS NOT NULL AND fingerprint > ?1
               ORDER BY fingerprint
               LIMIT 1
           ), 1
    UNION ALL
    SELECT (
               SELECT t.fingerprint FROM tasks AS t INDEXED BY tasks_dead
               WHERE t.state = 'failed' AND t.fingerprint IS NOT NULL AND t.fingerprint > prints.fingerprint
               ORDER BY t.fingerprint
               LIMIT 1
           ), place + 1
    FROM prints
    WHERE fingerprint IS NOT NULL AND place < ?2
),
groups AS (
    SELECT fingerprint,
           (
               SELECT count(*) FROM (
                   SELECT 1 FROM tasks AS t INDEXED BY tasks_dead
                   WHERE t.state = 'failed' AND t.fingerprint IS NOT NULL AND t.fingerprint = prints.fingerprint
                   LIMIT ?3
               )
           ) AS count,
           (
               SELECT t.finished_at FROM tasks AS t INDEXED BY tasks_dead
               WHERE t.state = 'failed' AND t.fingerprint IS NOT NULL AND t.fingerprint = prints.fingerprint
               ORDER BY t.finished_at
               LIMIT 1
           ) AS first_seen,
           (
               SELECT t.id FROM tasks AS t INDEXED BY tasks_dead
               WHERE t.state = 'failed' AND t.fingerprint IS NOT NULL AND t.fingerprint = prints.fingerprint
               ORDER BY t.finished_at DESC, t.id DESC
               LIMIT 1
           ) AS sample
    FROM prints
    WHERE fingerprint IS NOT NULL
)
SELECT groups.fingerprint, groups.count, groups.first_seen, task.finished_at AS last_seen, task.id, task.name, task.error
FROM groups
CROSS JOIN tasks AS task
WHERE task.id = groups.sample
