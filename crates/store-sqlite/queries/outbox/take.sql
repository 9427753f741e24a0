-- outbox.take
-- ?1: not taken since this time, ?2: now, ?3: most rows. Setting the time keeps others away from the rows meanwhile.
UPDATE outbox
SET taken_at = ?2
WHERE id IN (SELECT id FROM outbox WHERE taken_at < ?1 ORDER BY taken_at, id LIMIT ?3)
RETURNING id, task_ids
