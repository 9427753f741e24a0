-- name.limit
-- ?1: name, ?2: rate as JSON, ?3: a full bucket, ?4: now. A new rate begins with a full bucket where there was none; else with
-- what is left.
INSERT INTO name_limits (name, rate, level, at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET
    level = iif(rate IS NULL, excluded.level, min(level, excluded.level)),
    at = iif(rate IS NULL, excluded.at, at),
    rate = excluded.rate,
    opened_at = NULL,
    looked_created = 0
