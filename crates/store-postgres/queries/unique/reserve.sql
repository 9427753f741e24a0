-- unique.reserve
-- Gives the keys that are new to these tasks. Sorted by key ($1), so that two batches cannot wait for each other in a circle. A
-- key that a concurrent transaction inserts is waited for: its commit decides.
insert into unique_keys (key, task_id, taken_until)
select k.key, k.task_id, k.taken_until
from unnest($1::bytea[], $2::uuid[], $3::timestamptz[]) as k (key, task_id, taken_until)
on conflict (key) do nothing
returning key
