-- name.unlimit
-- ?1: name, ?2: now. What waits is published from the beginning.
-- Differs because SQLite changes one table per statement: slots go by another.
UPDATE name_limits
SET rate = NULL, opened_at = ?2, swept = 0, looked_created = 0, looked_id = x'00000000000000000000000000000000'
WHERE name = ?1
  AND rate IS NOT NULL
