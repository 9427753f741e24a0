-- api_key.insert
-- The bound ($8) is there to stop what has gone wild; two at once may pass it by one.
insert into api_keys (id, name, role, digest, created_at, created_by, expires_at)
select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from (select 1 from api_keys limit $8) as kept) < $8
