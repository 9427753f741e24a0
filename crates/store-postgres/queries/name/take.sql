-- name.take
update name_limits n set level = b.level, at = b.at
from unnest($1::text[], $2::int8[], $3::timestamptz[]) as b (name, level, at)
where n.name = b.name
