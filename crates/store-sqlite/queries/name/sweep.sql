-- name.sweep
SELECT opened_at, swept, looked_created, looked_id FROM name_limits WHERE name = ?1 AND opened_at IS NOT NULL
