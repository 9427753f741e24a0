-- tick.prune
-- All but the $2 decided last.
delete from schedule_ticks
where schedule = $1 and decided_at < (
    select decided_at from schedule_ticks where schedule = $1 order by decided_at desc offset $2 - 1 limit 1
)
