-- name.list
-- The limit bounds what every process keeps of it.
select name, rate, level, at, opened_at from name_limits order by name limit 10000
