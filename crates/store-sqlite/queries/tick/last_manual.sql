-- tick.last_manual
-- Of those not before ?2: two runs by hand in one moment are two ticks.
SELECT max(tick_at) FROM schedule_ticks WHERE schedule = ?1 AND tick_at >= ?2 AND kind = 'manual'
