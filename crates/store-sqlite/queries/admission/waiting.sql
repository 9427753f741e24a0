-- admission.waiting
-- The first ?3 of each of the keys (?2, a JSON array), in their order, without tasks of the names ?5 (a JSON array), of which none
-- may start just now: those are looked through up to the ?6th. `name` is that of a task whose name is limited.
-- ?1: queue, ?4: now.
SELECT wanted.value AS key, tasks.id AS id, tasks.attempt AS attempt,
       (SELECT name FROM name_limits WHERE name_limits.name = tasks.name AND rate IS NOT NULL) AS name
FROM json_each(?2) AS wanted
CROSS JOIN tasks ON tasks.rowid IN (
    SELECT few.row
    FROM (
        SELECT waiting.rowid AS row, waiting.name AS name
        FROM tasks AS waiting INDEXED BY tasks_keyed
        WHERE waiting.queue = ?1
          AND waiting.state = 'queued'
          AND waiting.options ->> 'concurrency_key' = wanted.value
          AND waiting.options ->> 'concurrency_key' IS NOT NULL
          AND (waiting.expires_at IS NULL OR waiting.expires_at > ?4)
          AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = waiting.id)
        ORDER BY waiting.priority DESC, waiting.queued_at
        LIMIT ?6
    ) AS few
    WHERE few.name NOT IN (SELECT value FROM json_each(?5))
    LIMIT ?3
)
ORDER BY wanted.key, tasks.priority DESC, tasks.queued_at, tasks.rowid
