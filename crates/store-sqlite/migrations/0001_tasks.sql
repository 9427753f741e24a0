-- Tasks, their past attempts and their log lines.
--
-- Times are microseconds since 1970-01-01 UTC, ids the 16 bytes of a UUID, states the words of the domain.
-- Large columns stand last, so that lists do not read them.

CREATE TABLE tasks (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name             TEXT    NOT NULL,
    queue            TEXT    NOT NULL,
    priority         INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
    state            TEXT    NOT NULL CHECK (state IN ('blocked', 'scheduled', 'queued', 'running', 'retrying',
                                                       'succeeded', 'failed', 'cancelled', 'expired')),
    attempt          INTEGER NOT NULL DEFAULT 0,
    attempts_used    INTEGER NOT NULL DEFAULT 0,
    max_attempts     INTEGER NOT NULL CHECK (max_attempts >= 1),
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    queued_at        INTEGER,
    due_at           INTEGER,
    started_at       INTEGER,
    finished_at      INTEGER,
    lease_until      INTEGER,
    eta              INTEGER, -- as enqueued; due_at is set only while the task waits
    expires_at       INTEGER,
    worker           TEXT,
    progress         TEXT,
    error            TEXT,
    options          TEXT,
    args             TEXT    NOT NULL,
    kwargs           TEXT    NOT NULL,
    result           TEXT
) STRICT;

-- Lists: newest first, by any of the filters. A list is a merge of the states asked for, each read in the order of the page
-- from one index, so that no list is ever sorted. The first also serves counts and the rescuer.
CREATE INDEX tasks_by_state ON tasks (state, created_at, id);
CREATE INDEX tasks_by_queue ON tasks (queue, state, created_at, id);
CREATE INDEX tasks_by_name  ON tasks (name, state, created_at, id);
-- Of running tasks, which are few, the state's index is enough; so a claim need not write here.
CREATE INDEX tasks_by_worker ON tasks (worker, state, created_at, id) WHERE worker IS NOT NULL AND state <> 'running';

-- The relay: the most urgent and oldest of a queue, and which queues wait at all.
CREATE INDEX tasks_queued ON tasks (queue, priority DESC, queued_at) WHERE state = 'queued';
-- The scheduler; with what counts per queue need.
CREATE INDEX tasks_due ON tasks (due_at, queue, state) WHERE state = 'scheduled' OR state = 'retrying';
CREATE INDEX tasks_expiring ON tasks (expires_at)
    WHERE expires_at IS NOT NULL AND state IN ('blocked', 'scheduled', 'queued', 'retrying');
-- The pruner.
CREATE INDEX tasks_ended ON tasks (state, finished_at) WHERE finished_at IS NOT NULL;

-- Attempts that were not the task's last. The current or last one is read from the task's row, so that a task which
-- succeeds at once writes nothing here.
CREATE TABLE attempts (
    task_id     BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    attempt     INTEGER NOT NULL,
    worker      TEXT,
    queued_at   INTEGER,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    state       TEXT    NOT NULL,
    error       TEXT,
    PRIMARY KEY (task_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_logs (
    seq     INTEGER NOT NULL PRIMARY KEY,
    task_id BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    level   TEXT    NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
    message TEXT    NOT NULL
) STRICT;

CREATE INDEX task_logs_by_task ON task_logs (task_id, seq);
