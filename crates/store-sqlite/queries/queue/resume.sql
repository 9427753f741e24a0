-- queue.resume
-- ?1: name, ?2: now. A queue without limits is open from now on: what waits in it is published from the beginning.
UPDATE queues
SET paused_at = NULL,
    opened_at = iif(limits IS NULL, ?2, NULL),
    swept = 0,
    swept_priority = 9,
    swept_queued_at = -9223372036854775808,
    swept_row = 0
WHERE name = ?1
  AND paused_at IS NOT NULL
