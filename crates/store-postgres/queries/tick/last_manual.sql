-- tick.last_manual
-- Of those not before $2: two runs by hand in one moment are two ticks.
select max(tick_at) from schedule_ticks where schedule = $1 and tick_at >= $2 and kind = 'manual'
