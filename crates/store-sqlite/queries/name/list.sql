-- name.list
-- The limit bounds what every process keeps of it.
SELECT name, rate, level, at, opened_at FROM name_limits ORDER BY name LIMIT 10000
