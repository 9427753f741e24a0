-- artifact.abandon
DELETE FROM artifacts WHERE id = ?1 AND state <> 'whole'
