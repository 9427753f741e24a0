-- queue.swept
update queues set swept = $2, swept_priority = $3, swept_queued_at = $4, swept_id = $5 where name = $1
