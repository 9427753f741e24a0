-- tick.prune
-- All but the ?2 decided last.
DELETE FROM schedule_ticks
WHERE schedule = ?1 AND decided_at < (
    SELECT decided_at FROM schedule_ticks WHERE schedule = ?1 ORDER BY decided_at DESC LIMIT 1 OFFSET ?2 - 1
)
