-- operation.take
-- The one that has waited longest. Those another process is at work on are skipped: their rows are locked for one chunk.
select id, created_at, started_at, finished_at, state, action, filter, cursor_at, cursor_id, matched, changed, skipped, samples, error
from operations
where state in ('pending', 'running')
order by worked_at, id
limit 1
for update skip locked
