-- queue.resume
-- A queue without limits is open from now on: what waits in it is published from the beginning.
update queues
set paused_at = null, opened_at = case when limits is null then $2::timestamptz end,
    swept = 0, swept_priority = 9, swept_queued_at = 'epoch'
where name = $1 and paused_at is not null
