-- artifact.take_doomed
-- Whatever is past its time (?1): expired, left behind, doomed. Left alone until ?2.
UPDATE artifacts SET state = 'doomed', due_at = ?2
WHERE id IN (SELECT id FROM artifacts WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3)
RETURNING id, upload
