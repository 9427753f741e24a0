-- audit.prune
delete from audit_entries
where (at, id) in (select at, id from audit_entries where at < $1 order by at, id limit $2 for update skip locked)
