-- admission.live
-- Tasks of a key that have not ended, counted up to ?3. ?1: queue, ?2: key.
SELECT count(*)
FROM (
    SELECT 1
    FROM json_each('["blocked", "scheduled", "queued", "running", "retrying"]') AS live
    JOIN tasks INDEXED BY tasks_keyed
      ON tasks.queue = ?1
         AND tasks.state = live.value
         AND (tasks.state = 'blocked' OR tasks.state = 'scheduled' OR tasks.state = 'queued' OR tasks.state = 'running'
              OR tasks.state = 'retrying')
         AND tasks.options ->> 'concurrency_key' = ?2
         AND tasks.options ->> 'concurrency_key' IS NOT NULL
    LIMIT ?3
)
