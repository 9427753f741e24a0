-- operation.forget
-- ?1: ended before this time, ?2: most rows.
DELETE FROM operations
WHERE id IN (SELECT id FROM operations WHERE finished_at IS NOT NULL AND finished_at < ?1 ORDER BY finished_at LIMIT ?2)
