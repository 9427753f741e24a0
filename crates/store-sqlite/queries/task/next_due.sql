-- task.next_due
SELECT min(due_at) FROM tasks INDEXED BY tasks_due WHERE state = 'scheduled' OR state = 'retrying'
