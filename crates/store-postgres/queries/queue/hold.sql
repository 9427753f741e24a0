-- queue.hold
-- Those that accept tasks with keys come one after the other where a key may be full and refuses; in the order of names, so
-- that two cannot wait for each other in a circle.
select name, limits from queues
where name = any($1) and limits -> 'per_key' ->> 'strategy' = 'reject_newest'
order by name
for update
