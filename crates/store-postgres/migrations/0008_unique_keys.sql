-- Which task a unique key was given to last.

-- Whether it still holds the key is decided by the task's own row, so a row here may be out of date without harm. No foreign
-- key: it would lock the task's row for each new key. The pruner deletes both.
create table unique_keys (
    key         bytea       not null,
    task_id     uuid        not null,
    taken_until timestamptz,
    constraint unique_keys_pkey primary key (key),
    constraint unique_keys_hash check (octet_length(key) = 32)
) with (fillfactor = 80);

-- The pruner.
create index unique_keys_by_task on unique_keys (task_id);
