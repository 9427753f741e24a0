-- What workers tell of themselves and of the tasks they can run.

CREATE TABLE task_definitions (
    name       TEXT    NOT NULL PRIMARY KEY,
    definition TEXT    NOT NULL, -- a domain TaskDefinition as JSON
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
    name       TEXT    NOT NULL PRIMARY KEY,
    queues     TEXT    NOT NULL, -- JSON array of names
    tasks      TEXT    NOT NULL, -- JSON array of names
    slots      INTEGER NOT NULL,
    busy       INTEGER NOT NULL,
    version    TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    draining   INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX workers_by_sight ON workers (seen_at);
