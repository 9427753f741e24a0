-- queue.lock
-- One round of admissions at a time: the row's lock makes its counts exact. Who finds it locked has nothing to do.
select limits, after_key, looked, looked_at from queues
where name = $1 and limits is not null and paused_at is null
for update skip locked
