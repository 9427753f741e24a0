-- tick.list
select tick_at, kind, decided_at, task_id, skipped, through, detail
from schedule_ticks
where schedule = $1 and (tick_at, kind) < ($2, $3)
order by tick_at desc, kind desc
limit $4
