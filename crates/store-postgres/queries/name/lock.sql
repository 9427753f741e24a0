-- name.lock
-- One round at a time takes from a bucket. Who finds it locked has nothing to do.
select rate, level, at, looked_created, looked_id from name_limits
where name = $1 and rate is not null
for update skip locked
