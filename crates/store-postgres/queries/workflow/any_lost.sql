-- workflow.any_lost
-- Whether a transaction is worth while.
select exists (
    select from tasks where state = 'running' and max_attempts > 0 and lease_until <= $1 and workflow_id is not null
)
