-- name.hold
SELECT name, rate, level, at FROM name_limits WHERE rate IS NOT NULL
