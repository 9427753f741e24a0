-- name.lock
-- Differs because SQLite has one writer: a round is alone by its transaction.
SELECT rate, level, at, looked_created, looked_id FROM name_limits WHERE name = ?1 AND rate IS NOT NULL
