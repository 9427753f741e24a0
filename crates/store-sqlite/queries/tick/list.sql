-- tick.list
-- ?1: schedule, ?2, ?3: before this instant and kind, ?4: most rows.
SELECT tick_at, kind, decided_at, task_id, skipped, through, detail
FROM schedule_ticks
WHERE schedule = ?1 AND (tick_at, kind) < (?2, ?3)
ORDER BY tick_at DESC, kind DESC
LIMIT ?4
