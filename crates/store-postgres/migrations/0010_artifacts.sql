-- Facts of artifacts. Their bytes are in an object store.

-- A row is there before the first byte is written and after the last one is deleted. due_at says when somebody has to look at it:
-- when a writer has not renewed it ('writing'), when it expires ('whole'), when its bytes are to be deleted ('doomed').
-- No foreign key: deleting tasks dooms their artifacts, and the rows stay until the bytes are gone.
create table artifacts (
    id           uuid        not null,
    state        text        not null,
    task_id      uuid,
    attempt      int4,
    name         text        not null,
    content_type text        not null,
    size         int8,
    sha256       bytea,
    upload       text,
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    constraint artifacts_pkey primary key (id),
    constraint artifacts_state check (state in ('writing', 'whole', 'doomed')),
    constraint artifacts_owner check ((task_id is null) = (attempt is null)),
    constraint artifacts_whole check (state <> 'whole' or (size is not null and octet_length(sha256) = 32))
);

-- Lists.
create index artifacts_whole_by_time on artifacts (created_at, id) where state = 'whole';
create index artifacts_by_task on artifacts (task_id, created_at, id) where task_id is not null;

-- The sweeper.
create index artifacts_by_due on artifacts (due_at);
