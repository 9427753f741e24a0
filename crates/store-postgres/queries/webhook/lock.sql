-- webhook.lock
-- Locked until the change is written, so that none is lost.
select * from webhooks where name = $1 for update
