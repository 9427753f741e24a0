-- webhook.count
-- A table of at most a hundred rows, and of those deleted of late.
select count(*) from webhooks where name is not null
