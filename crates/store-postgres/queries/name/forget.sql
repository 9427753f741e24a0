-- name.forget
delete from name_limits where name = $1 and opened_at is not null
