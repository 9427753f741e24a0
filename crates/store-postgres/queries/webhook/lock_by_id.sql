-- webhook.lock_by_id
-- The same, for who knows it by a delivery.
select * from webhooks where id = $1 and name is not null for update
