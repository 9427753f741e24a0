-- queue.unlimit
-- ?1: name, ?2: now. A queue that is not paused either is open from now on.
-- Differs because SQLite changes one table per statement: slots and buckets go by others.
UPDATE queues
SET limits = NULL,
    opened_at = iif(paused_at IS NULL, ?2, NULL),
    swept = 0,
    swept_priority = 9,
    swept_queued_at = -9223372036854775808,
    swept_row = 0
WHERE name = ?1
  AND limits IS NOT NULL
