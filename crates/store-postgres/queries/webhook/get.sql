-- webhook.get
select * from webhooks where name = $1
