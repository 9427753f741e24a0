-- delivery.list
select * from webhook_deliveries
where webhook_id = $1 and (occurred_at, id) < ($2, $3)
order by occurred_at desc, id desc
limit $4
