-- operation.insert
-- Nothing is inserted while $5 operations are open already. (Two at the same moment may both see room for one: the limit
-- bounds what operators do by mistake, not to the last one.)
insert into operations (id, created_at, worked_at, state, action, filter)
select $1, $2, $2, 'pending', $3, $4
where (select count(*) from (select 1 from operations where state in ('pending', 'running') limit $5) open) < $5
returning id
