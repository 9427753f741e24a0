-- outbox.add
-- ?1: ids of queued tasks, one after the other; ?2: now.
INSERT INTO outbox (task_ids, created_at, taken_at) VALUES (?1, ?2, ?2) RETURNING id
