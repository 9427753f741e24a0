-- Changes of many tasks at once, and failures by what went wrong.

-- What failures have in common, see the domain's Fingerprint. Set by the transaction that ends a task as failed; means nothing
-- in other states.
ALTER TABLE tasks ADD COLUMN fingerprint TEXT;

-- Only failed tasks are in these three, so that success costs nothing. Lists by fingerprint; when its tasks failed first and
-- last; tasks that failed before there were fingerprints.
CREATE INDEX tasks_by_fingerprint ON tasks (fingerprint, created_at, id) WHERE state = 'failed' AND fingerprint IS NOT NULL;
CREATE INDEX tasks_dead ON tasks (fingerprint, finished_at, id) WHERE state = 'failed' AND fingerprint IS NOT NULL;
CREATE INDEX tasks_without_fingerprint ON tasks (fingerprint, id) WHERE state = 'failed' AND fingerprint IS NULL;

CREATE TABLE operations (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    created_at  INTEGER NOT NULL,
    worked_at   INTEGER NOT NULL, -- of the last chunk; who waited longest is next
    started_at  INTEGER,
    finished_at INTEGER,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'running', 'succeeded', 'cancelled', 'failed')),
    action      TEXT    NOT NULL,
    filter      TEXT    NOT NULL,
    cursor_at   INTEGER, -- the last task looked at: its created_at and id
    cursor_id   BLOB,
    matched     INTEGER NOT NULL DEFAULT 0,
    changed     INTEGER NOT NULL DEFAULT 0,
    skipped     INTEGER NOT NULL DEFAULT 0,
    samples     TEXT,
    error       TEXT,
    CHECK ((finished_at IS NULL) = (state IN ('pending', 'running')))
) STRICT;

CREATE INDEX operations_by_age ON operations (created_at, id);
CREATE INDEX operations_open ON operations (worked_at, id) WHERE state IN ('pending', 'running');
CREATE INDEX operations_ended ON operations (finished_at) WHERE finished_at IS NOT NULL;
