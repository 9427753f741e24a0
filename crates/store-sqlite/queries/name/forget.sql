-- name.forget
DELETE FROM name_limits WHERE name = ?1 AND opened_at IS NOT NULL
