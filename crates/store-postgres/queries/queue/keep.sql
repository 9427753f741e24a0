-- queue.keep
update queues set after_key = $2, looked = $3, looked_at = $4 where name = $1
