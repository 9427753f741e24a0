-- name.sweep
select opened_at, swept, looked_created, looked_id from name_limits
where name = $1 and opened_at is not null
for update skip locked
