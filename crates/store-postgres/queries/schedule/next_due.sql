-- schedule.next_due
select min(due_at) from schedules where due_at is not null
