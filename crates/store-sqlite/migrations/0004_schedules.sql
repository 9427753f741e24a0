-- Schedules, and what became of their ticks.

CREATE TABLE schedules (
    name         TEXT    NOT NULL PRIMARY KEY,
    definition   TEXT    NOT NULL, -- a domain ScheduleDefinition as JSON
    paused       INTEGER NOT NULL,
    next_tick_at INTEGER,
    due_at       INTEGER,
    last_tick_at INTEGER,
    last_task    BLOB CHECK (length(last_task) = 16),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    revision     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ticker.
CREATE INDEX schedules_due ON schedules (due_at) WHERE due_at IS NOT NULL;

-- One row for each kind of tick at an instant: what makes a tick happen once. Missed ticks share one row.
CREATE TABLE schedule_ticks (
    schedule   TEXT    NOT NULL REFERENCES schedules (name) ON DELETE CASCADE,
    tick_at    INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('tick', 'manual', 'backfill')),
    decided_at INTEGER NOT NULL,
    task_id    BLOB CHECK (length(task_id) = 16),
    skipped    TEXT,
    through    INTEGER,
    detail     TEXT,
    PRIMARY KEY (schedule, tick_at, kind),
    CHECK ((task_id IS NULL) <> (skipped IS NULL))
) STRICT, WITHOUT ROWID;

-- The end of history.
CREATE INDEX schedule_ticks_by_age ON schedule_ticks (schedule, decided_at);
