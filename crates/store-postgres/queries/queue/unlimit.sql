-- queue.unlimit
-- The slots and buckets go; a queue that is not paused either is open from now on.
with gone as (
    delete from admissions where queue = $1
),
emptied as (
    delete from buckets where queue = $1
)
update queues
set limits = null, opened_at = case when paused_at is null then $2::timestamptz end,
    swept = 0, swept_priority = 9, swept_queued_at = 'epoch'
where name = $1 and limits is not null
