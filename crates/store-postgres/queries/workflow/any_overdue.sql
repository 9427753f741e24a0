-- workflow.any_overdue
-- Whether a transaction is worth while.
select exists (
    select from tasks
    where expires_at is not null and state in ('blocked', 'scheduled', 'queued', 'retrying') and expires_at <= $1
      and workflow_id is not null
)
