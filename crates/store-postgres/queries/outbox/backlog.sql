-- outbox.backlog
select count(*) as count, min(created_at) as oldest from outbox
