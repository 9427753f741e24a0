-- workflow.prune
-- Their nodes go with them (on delete cascade). Rows another pruner holds are skipped.
delete from workflows
where id in (select id from workflows where finished_at < $1 limit $2 for update skip locked)
