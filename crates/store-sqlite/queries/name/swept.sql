-- name.swept
UPDATE name_limits SET swept = ?2, looked_created = ?3, looked_id = ?4 WHERE name = ?1
