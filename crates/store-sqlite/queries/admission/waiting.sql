-- admission.waiting
-- The first ?3 of each of the keys (?2, a JSON array), in their order. ?1: queue, ?4: now.
SELECT wanted.value AS key, tasks.id AS id, tasks.attempt AS attempt
FROM json_each(?2) AS wanted
CROSS JOIN tasks ON tasks.rowid IN (
    SELECT waiting.rowid
    FROM tasks AS waiting INDEXED BY tasks_keyed
    WHERE waiting.queue = ?1
      AND waiting.state = 'queued'
      AND waiting.options ->> 'concurrency_key' = wanted.value
      AND waiting.options ->> 'concurrency_key' IS NOT NULL
      AND (waiting.expires_at IS NULL OR waiting.expires_at > ?4)
      AND NOT EXISTS (SELECT 1 FROM admissions WHERE task_id = waiting.id)
    ORDER BY waiting.priority DESC, waiting.queued_at
    LIMIT ?3
)
ORDER BY wanted.key, tasks.priority DESC, tasks.queued_at, tasks.rowid
