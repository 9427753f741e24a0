-- What was committed and may not be published yet, and what recognises repeated requests.

-- One row per batch of tasks. AUTOINCREMENT: a number confirmed late must never name a newer row.
CREATE TABLE outbox (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    task_ids   BLOB    NOT NULL CHECK (length(task_ids) % 16 = 0), -- ids, one after the other
    created_at INTEGER NOT NULL,
    taken_at   INTEGER NOT NULL -- when somebody last set out to publish it
) STRICT;

-- With what the backlog tells, so that counting reads no ids.
CREATE INDEX outbox_by_taking ON outbox (taken_at, created_at);

CREATE TABLE idempotency_keys (
    key         TEXT    NOT NULL PRIMARY KEY,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    task_ids    BLOB    NOT NULL CHECK (length(task_ids) % 16 = 0),
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
