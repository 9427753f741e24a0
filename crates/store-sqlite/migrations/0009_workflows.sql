-- Workflows: which tasks wait for which.

CREATE TABLE workflows (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT,
    policy      TEXT    NOT NULL CHECK (policy IN ('cancel_rest', 'continue_others')),
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    nodes       INTEGER NOT NULL,
    open        INTEGER NOT NULL, -- nodes that have not ended
    failed      INTEGER NOT NULL DEFAULT 0, -- nodes that broke it by failing or expiring
    cancelled   INTEGER NOT NULL DEFAULT 0 -- nodes that broke it by being cancelled
) STRICT, WITHOUT ROWID;

-- The pruner.
CREATE INDEX workflows_ended ON workflows (finished_at) WHERE finished_at IS NOT NULL;

-- No reference to tasks: they are pruned by themselves.
CREATE TABLE workflow_nodes (
    task_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(task_id) = 16),
    workflow_id BLOB    NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    key         TEXT    NOT NULL,
    on_failure  TEXT    NOT NULL CHECK (on_failure IN ('fail', 'continue')),
    pending     INTEGER NOT NULL CHECK (pending >= 0), -- nodes it depends on that have not ended
    broken      INTEGER NOT NULL DEFAULT 0, -- nodes it depends on that broke the workflow
    ended       TEXT, -- the state its task ended in, once that is counted
    args        TEXT, -- with placeholders; null where there are none
    kwargs      TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX workflow_nodes_by_workflow ON workflow_nodes (workflow_id, position);

CREATE TABLE workflow_edges (
    from_task   BLOB NOT NULL,
    to_task     BLOB NOT NULL,
    workflow_id BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    PRIMARY KEY (from_task, to_task)
) STRICT, WITHOUT ROWID;

CREATE INDEX workflow_edges_by_dependant ON workflow_edges (to_task, from_task);
CREATE INDEX workflow_edges_by_workflow ON workflow_edges (workflow_id);

-- The workflow a task is a node of; null for most. The statement that ends a task reads it from the row it has.
ALTER TABLE tasks ADD COLUMN workflow_id BLOB CHECK (workflow_id IS NULL OR length(workflow_id) = 16);
