-- Queues that are paused or limited, and who of theirs may start.
--
-- Only queues of which something is said have a row, so that what every claim asks of them is read from a table of a few rows,
-- mostly of none.

CREATE TABLE queues (
    name            TEXT    NOT NULL PRIMARY KEY,
    paused_at       INTEGER,
    limits          TEXT,
    -- Where the next round of admissions begins: after this key, and how deep it looked for tasks without a key.
    after_key       TEXT    NOT NULL DEFAULT '',
    looked          INTEGER NOT NULL DEFAULT 0,
    looked_at       INTEGER NOT NULL DEFAULT 0,
    -- Since when it is neither paused nor limited, while its waiting tasks are still being published, and how far that is.
    opened_at       INTEGER,
    swept           INTEGER NOT NULL DEFAULT 0,
    swept_priority  INTEGER NOT NULL DEFAULT 9,
    swept_queued_at INTEGER NOT NULL DEFAULT -9223372036854775808,
    swept_row       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Slots of limited queues: this task may begin this attempt, or runs it. Kept while it does.
CREATE TABLE admissions (
    task_id     BLOB    NOT NULL PRIMARY KEY,
    attempt     INTEGER NOT NULL,
    queue       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    admitted_at INTEGER NOT NULL,
    told_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX admissions_by_key ON admissions (queue, key, admitted_at);

-- Token buckets of queues (key '') and of keys; none is as good as a full one.
CREATE TABLE buckets (
    queue TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    level INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

-- Tasks with a key that have not ended: which keys wait, and who of each is next. Tasks without a key are not in it.
-- Differs because SQLite reads the key from any JSON text it keeps; PostgreSQL has a column for it.
CREATE INDEX tasks_keyed ON tasks (queue, state, options ->> 'concurrency_key', priority DESC, queued_at)
    WHERE (state = 'blocked' OR state = 'scheduled' OR state = 'queued' OR state = 'running' OR state = 'retrying')
      AND options ->> 'concurrency_key' IS NOT NULL;
