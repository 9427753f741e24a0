-- key.insert
-- Sorted by key ($1), so that two batches cannot wait for each other in a circle. A key that a concurrent transaction inserts
-- is waited for: its commit decides. Arrays of arrays of different lengths do not exist, so the ids come as one array ($6)
-- with each key's range in it.
insert into idempotency_keys (key, fingerprint, task_ids, created_at)
select k.key, k.fingerprint, ($6::uuid[])[k.first : k.last], $5
from unnest($1::text[], $2::bytea[], $3::int4[], $4::int4[]) as k (key, fingerprint, first, last)
on conflict (key) do nothing
returning key
