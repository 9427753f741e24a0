-- workflow.tally
update workflows w
set open = c.open, failed = c.failed, cancelled = c.cancelled,
    finished_at = case when c.open = 0 then coalesce(w.finished_at, $2) end
from (
    select workflow_id,
           (count(*) filter (where ended is null))::int4 as open,
           (count(*) filter (where on_failure = 'fail' and ended in ('failed', 'expired')))::int4 as failed,
           (count(*) filter (where on_failure = 'fail' and ended = 'cancelled'))::int4 as cancelled
    from workflow_nodes
    where workflow_id = any($1)
    group by workflow_id
) c
where w.id = c.workflow_id
