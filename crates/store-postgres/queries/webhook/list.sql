-- webhook.list
select * from webhooks where name > $1 order by name limit $2
