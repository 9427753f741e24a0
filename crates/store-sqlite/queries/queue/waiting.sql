-- queue.waiting
-- Skips from queue to queue, and within one from priority to priority, so that a long backlog costs nothing.
WITH RECURSIVE
    waiting (queue) AS (
        SELECT min(queue) FROM tasks INDEXED BY tasks_queued WHERE state = 'queued'
        UNION ALL
        SELECT (SELECT min(queue) FROM tasks INDEXED BY tasks_queued WHERE state = 'queued' AND queue > waiting.queue)
        FROM waiting
        WHERE waiting.queue IS NOT NULL
    ),
    priorities (priority) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))
SELECT waiting.queue AS queue,
       min((SELECT queued_at
            FROM tasks INDEXED BY tasks_queued
            WHERE state = 'queued' AND queue = waiting.queue AND tasks.priority = priorities.priority
            ORDER BY queued_at
            LIMIT 1)) AS oldest_queued_at
FROM waiting CROSS JOIN priorities
WHERE waiting.queue IS NOT NULL
GROUP BY waiting.queue
