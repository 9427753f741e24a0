-- queue.lock
-- Differs because SQLite has one writer: a round of admissions is alone by its transaction.
SELECT limits, after_key, looked, looked_at FROM queues WHERE name = ?1 AND limits IS NOT NULL AND paused_at IS NULL
