-- unique.save
update unique_keys k
set task_id = n.task_id, taken_until = n.taken_until
from unnest($1::bytea[], $2::uuid[], $3::timestamptz[]) as n (key, task_id, taken_until)
where k.key = n.key
