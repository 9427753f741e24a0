-- name.hold
-- The buckets that a queue's round may take from, in the order of names, so that two rounds cannot wait for each other in a
-- circle; a name's own round locks nothing but its row.
select name, rate, level, at from name_limits
where name = any($1) and rate is not null
order by name
for update
