-- schedule.delete
with history as (
    delete from schedule_ticks where schedule = $1
)
delete from schedules where name = $1
