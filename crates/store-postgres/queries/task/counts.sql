-- task.counts
-- Each count stops at the limit, so its cost is bounded however many tasks there are. The order says nothing but "by index".
select s.state::text as state, n.count
from unnest(enum_range(null::task_state)) as s (state)
cross join lateral (
    select count(*) as count
    from (select 1 from tasks where state = s.state and max_attempts > 0 order by created_at, id limit $1) as few
) n
