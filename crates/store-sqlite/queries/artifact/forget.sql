-- artifact.forget
-- ?1: JSON array of ids.
DELETE FROM artifacts WHERE id IN (SELECT unhex(value) FROM json_each(?1)) AND state = 'doomed'
