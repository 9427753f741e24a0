-- name.keep
update name_limits set level = $2, at = $3, looked_created = $4, looked_id = $5 where name = $1
