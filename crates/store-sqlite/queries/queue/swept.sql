-- queue.swept
UPDATE queues SET swept = ?2, swept_priority = ?3, swept_queued_at = ?4, swept_row = ?5 WHERE name = ?1
