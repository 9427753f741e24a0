-- workflow.prune
-- Kept as long as a task that ended so: $1 succeeded, $2 failed, $3 cancelled. Their nodes go with them (on delete cascade); tasks
-- by task.prune, which comes next. Rows another pruner holds are skipped.
delete from workflows
where id in (
    select id from workflows
    where finished_at < greatest($1, $2, $3)
      and finished_at < case when failed > 0 then $2 when cancelled > 0 then $3 else $1 end
    order by finished_at
    limit $4
    for update skip locked
)
