-- queue.forget
delete from queues where name = $1 and opened_at is not null
