-- queue.sweep
SELECT opened_at, swept, swept_priority, swept_queued_at, swept_row FROM queues WHERE name = ?1 AND opened_at IS NOT NULL
