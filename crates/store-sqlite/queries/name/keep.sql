-- name.keep
UPDATE name_limits SET level = ?2, at = ?3, looked_created = ?4, looked_id = ?5 WHERE name = ?1
