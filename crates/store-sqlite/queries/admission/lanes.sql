-- admission.lanes
-- Keys of waiting tasks after ?2 (to ?4, if any), at most ?3: skips from key to key in the index.
WITH RECURSIVE
    keys (key, n) AS (
        SELECT (SELECT options ->> 'concurrency_key'
                FROM tasks INDEXED BY tasks_keyed
                WHERE queue = ?1 AND state = 'queued' AND options ->> 'concurrency_key' > ?2
                  AND options ->> 'concurrency_key' IS NOT NULL
                ORDER BY options ->> 'concurrency_key'
                LIMIT 1), 1
        UNION ALL
        SELECT (SELECT options ->> 'concurrency_key'
                FROM tasks INDEXED BY tasks_keyed
                WHERE queue = ?1 AND state = 'queued' AND options ->> 'concurrency_key' > keys.key
                  AND options ->> 'concurrency_key' IS NOT NULL
                ORDER BY options ->> 'concurrency_key'
                LIMIT 1), keys.n + 1
        FROM keys
        WHERE keys.key IS NOT NULL AND keys.n < ?3
    )
SELECT key FROM keys WHERE key IS NOT NULL AND (?4 IS NULL OR key <= ?4) ORDER BY n
