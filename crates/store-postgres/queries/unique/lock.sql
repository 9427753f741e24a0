-- unique.lock
-- Locked until the end of the transaction, in the order of keys: whoever enqueues one of them meanwhile waits, and then sees what
-- became of it.
select key, task_id, taken_until from unique_keys where key = any($1) order by key for update
