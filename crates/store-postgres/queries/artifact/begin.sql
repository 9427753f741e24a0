-- artifact.begin
-- $1: id, $2: task, $3: attempt (null for uploads), $4: name, $5: content type, $6: now, $7: when it counts as left behind.
insert into artifacts (id, state, task_id, attempt, name, content_type, created_at, due_at)
select $1, 'writing', $2::uuid, $3::int4, $4, $5, $6, $7
where $2::uuid is null or exists (select from tasks where id = $2 and state = 'running' and attempt = $3)
