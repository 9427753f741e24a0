-- worker.prune
-- ?1: not heard of since this time.
DELETE FROM workers WHERE seen_at < ?1
