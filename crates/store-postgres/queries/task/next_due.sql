-- task.next_due
select min(due_at) as due_at from tasks where state in ('scheduled', 'retrying')
