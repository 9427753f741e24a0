-- Facts of artifacts. Their bytes are in an object store.

-- A row is there before the first byte is written and after the last one is deleted. due_at says when somebody has to look at it:
-- when a writer has not renewed it ('writing'), when it expires ('whole'), when its bytes are to be deleted ('doomed').
CREATE TABLE artifacts (
    id           BLOB    NOT NULL PRIMARY KEY,
    state        TEXT    NOT NULL CHECK (state IN ('writing', 'whole', 'doomed')),
    task_id      BLOB,
    attempt      INTEGER,
    name         TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    size         INTEGER,
    sha256       BLOB,
    upload       TEXT,
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    CHECK ((task_id IS NULL) = (attempt IS NULL)),
    CHECK (state <> 'whole' OR (size IS NOT NULL AND length(sha256) = 32))
) STRICT, WITHOUT ROWID;

-- Lists.
CREATE INDEX artifacts_whole_by_time ON artifacts (created_at, id) WHERE state = 'whole';
CREATE INDEX artifacts_by_task ON artifacts (task_id, created_at, id) WHERE task_id IS NOT NULL;

-- The sweeper.
CREATE INDEX artifacts_by_due ON artifacts (due_at);

-- Deleting a task dooms its artifacts: the rows stay until the bytes are gone. PostgreSQL's statements that delete tasks say so
-- themselves; here a statement can do one thing only, and what a task leaves behind goes with it by the schema, as its attempts do.
CREATE TRIGGER artifacts_of_deleted_tasks AFTER DELETE ON tasks
BEGIN
    UPDATE artifacts SET state = 'doomed', due_at = 0 WHERE task_id = old.id AND state <> 'doomed';
END;
