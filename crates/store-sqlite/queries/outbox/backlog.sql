-- outbox.backlog
SELECT count(*), min(created_at) FROM outbox
