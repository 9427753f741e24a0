-- Webhooks: subscriptions, their secrets, and what becomes of events for them. What records events is a trigger, which is there
-- only while some subscription is active (queries/webhook/arm.sql).

CREATE TABLE webhooks (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- Null once it is deleted: the row goes when its deliveries have gone.
    name           TEXT    UNIQUE,
    description    TEXT    NOT NULL,
    url            TEXT    NOT NULL,
    -- Filters, JSON arrays; of queues and tasks an empty one lets everything through.
    events         TEXT    NOT NULL,
    queues         TEXT    NOT NULL,
    tasks          TEXT    NOT NULL,
    include        TEXT    NOT NULL,
    paused_at      INTEGER,
    pause_reason   TEXT,
    failing_since  INTEGER,
    rotated_at     INTEGER,
    previous_until INTEGER,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    CHECK ((paused_at IS NULL) = (pause_reason IS NULL)),
    CHECK (name IS NOT NULL OR paused_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Readable, as signing needs them. A table of their own, so that nothing that shows subscriptions reads them.
CREATE TABLE webhook_secrets (
    webhook_id  BLOB    NOT NULL,
    -- The subscription's revision that began with it.
    revision    INTEGER NOT NULL,
    secret      TEXT    NOT NULL,
    -- Null for the current one.
    valid_until INTEGER,
    PRIMARY KEY (webhook_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    webhook_id   BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    task_id      BLOB CHECK (length(task_id) = 16),
    occurred_at  INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed')),
    tries        INTEGER NOT NULL DEFAULT 0,
    replays      INTEGER NOT NULL DEFAULT 0,
    last_try_at  INTEGER,
    last_status  INTEGER,
    last_error   TEXT,
    next_try_at  INTEGER,
    ended_at     INTEGER,
    delivered_by BLOB CHECK (length(delivered_by) = 16),
    look_at      INTEGER,
    -- What was copied of the task: the domain's `Facts`.
    facts        TEXT    NOT NULL,
    CHECK (CASE state
        WHEN 'pending' THEN delivered_by IS NULL AND look_at IS NULL AND ended_at IS NULL
        WHEN 'sending' THEN delivered_by IS NOT NULL AND look_at IS NOT NULL AND ended_at IS NULL
        ELSE look_at IS NULL AND ended_at IS NOT NULL
    END)
) STRICT;

-- Lists, and the deliveries of a deleted subscription.
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (webhook_id, occurred_at, id);
-- The same by state, and the dispatcher.
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (webhook_id, state, occurred_at, id);
CREATE INDEX webhook_deliveries_silent ON webhook_deliveries (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
