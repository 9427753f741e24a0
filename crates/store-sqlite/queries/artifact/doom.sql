-- artifact.doom
UPDATE artifacts SET state = 'doomed', due_at = ?2 WHERE id = ?1 AND state = 'whole'
