-- schedule.next_due
SELECT min(due_at) FROM schedules WHERE due_at IS NOT NULL
