-- Which task a unique key was given to last.

-- Whether it still holds the key is decided by the task's own row, so a row here may be out of date without harm.
CREATE TABLE unique_keys (
    key         BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    task_id     BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    taken_until INTEGER
) STRICT, WITHOUT ROWID;

-- The pruner.
CREATE INDEX unique_keys_by_task ON unique_keys (task_id);
