-- name.release
-- Slots that were used, or are of no use any more. A queue that was limited since counts what runs by itself.
delete from admissions a
where a.name = $1
  and not exists (
      select 1 from tasks t
      where t.id = a.task_id and t.state::text = 'queued' and t.attempt = a.attempt - 1 and t.queue = a.queue
  )
