-- operation.forget
delete from operations
where id in (
    select id from operations where finished_at is not null and finished_at < $1 order by finished_at limit $2 for update skip locked
)
