-- name.unlimit
-- Its slots go; what waits is published from the beginning.
with gone as (
    delete from admissions where name = $1
)
update name_limits
set rate = null, opened_at = $2, swept = 0, looked_created = 'epoch', looked_id = '00000000-0000-0000-0000-000000000000'
where name = $1 and rate is not null
