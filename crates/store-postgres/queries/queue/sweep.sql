-- queue.sweep
select opened_at, swept, swept_priority, swept_queued_at, swept_id from queues
where name = $1 and opened_at is not null
for update skip locked
