-- Task names whose starts are limited, in whatever queue; a table of a few rows, mostly of none.

CREATE TABLE name_limits (
    name           TEXT    NOT NULL PRIMARY KEY,
    -- Null when it was lifted and its waiting tasks are still being published.
    rate           TEXT,
    -- The token bucket.
    level          INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    -- How far rounds looked through its waiting tasks, or how far they were published since it was lifted.
    looked_created INTEGER NOT NULL DEFAULT 0,
    looked_id      BLOB    NOT NULL DEFAULT x'00000000000000000000000000000000',
    opened_at      INTEGER,
    swept          INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Set for slots that a name's round gave, in a queue without limits: no round of the queue frees those.
ALTER TABLE admissions ADD COLUMN name TEXT;

CREATE INDEX admissions_by_name ON admissions (name) WHERE name IS NOT NULL;
