-- outbox.add
insert into outbox (created_at, task_ids) values ($1, $2) returning id
