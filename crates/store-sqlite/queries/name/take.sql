-- name.take
-- ?1: JSON array of [name, level, at].
UPDATE name_limits SET level = taken.level, at = taken.at
FROM (SELECT value ->> 0 AS name, value ->> 1 AS level, value ->> 2 AS at FROM json_each(?1)) AS taken
WHERE name_limits.name = taken.name
