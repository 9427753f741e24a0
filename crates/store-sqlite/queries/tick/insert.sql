-- tick.insert
-- ?1: schedule, ?2: JSON array of rows. A tick that has its row stays as it is, and one that has made a task makes no other,
-- whatever the kind: what does not come back makes nothing. Differs because SQLite has no arrays to unnest.
INSERT INTO schedule_ticks (schedule, tick_at, kind, decided_at, task_id, skipped, through, detail)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6
FROM json_each(?2) AS n
WHERE value ->> 1 = 'manual' OR NOT EXISTS (
    SELECT 1 FROM schedule_ticks k
    WHERE k.schedule = ?1 AND k.tick_at = n.value ->> 0 AND k.kind <> 'manual' AND k.task_id IS NOT NULL
)
ON CONFLICT (schedule, tick_at, kind) DO NOTHING
RETURNING tick_at
