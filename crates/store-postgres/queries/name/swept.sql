-- name.swept
update name_limits set swept = $2, looked_created = $3, looked_id = $4 where name = $1
