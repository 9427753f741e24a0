-- Changes of many tasks at once, and failures by what went wrong.

-- What failures have in common, see the domain's Fingerprint. Set by the statement that ends a task as failed; means nothing
-- in other states.
alter table tasks add column fingerprint text collate "C";

-- Only failed tasks are in these three, so that success costs nothing. Lists by fingerprint; when its tasks failed first and
-- last; tasks that failed before there were fingerprints.
create index tasks_by_fingerprint on tasks (fingerprint, created_at, id) where state = 'failed' and fingerprint is not null;
create index tasks_dead on tasks (fingerprint, finished_at, id) where state = 'failed' and fingerprint is not null;
create index tasks_without_fingerprint on tasks (id) where state = 'failed' and fingerprint is null;

-- Few rows; each is written once per chunk of tasks.
create table operations (
    id          uuid        not null,
    created_at  timestamptz not null,
    worked_at   timestamptz not null, -- of the last chunk; who waited longest is next
    started_at  timestamptz,
    finished_at timestamptz,
    state       text        not null collate "C" check (state in ('pending', 'running', 'succeeded', 'cancelled', 'failed')),
    action      json        not null,
    filter      json        not null,
    cursor_at   timestamptz, -- the last task looked at: its created_at and id
    cursor_id   uuid,
    matched     int8        not null default 0,
    changed     int8        not null default 0,
    skipped     int8        not null default 0,
    samples     json,
    error       text,
    constraint operations_pkey primary key (id),
    constraint operations_shape check ((finished_at is null) = (state in ('pending', 'running')))
) with (fillfactor = 70);

create index operations_by_age on operations (created_at, id);
create index operations_open on operations (worked_at, id) where state in ('pending', 'running');
create index operations_ended on operations (finished_at) where finished_at is not null;
