-- artifact.replace
-- ?1: JSON array of ids.
UPDATE artifacts SET state = 'doomed', due_at = ?2
WHERE id IN (SELECT unhex(value) FROM json_each(?1)) AND state = 'whole'
