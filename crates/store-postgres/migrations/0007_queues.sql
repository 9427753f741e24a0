-- Queues that are paused or limited, and who of theirs may start.
--
-- Only queues of which something is said have a row, so that what every claim asks of them is read from a table of a few rows,
-- mostly of none.

create table queues (
    name            text        not null collate "C",
    paused_at       timestamptz,
    limits          json,
    gated           bool        not null generated always as (paused_at is not null or limits is not null) stored,
    -- Where the next round of admissions begins: after this key, and how deep it looked for tasks without a key.
    after_key       text        not null collate "C" default '',
    looked          int8        not null default 0,
    looked_at       timestamptz not null default 'epoch',
    -- Since when it is neither paused nor limited, while its waiting tasks are still being published, and how far that is.
    opened_at       timestamptz,
    swept           int2        not null default 0,
    swept_priority  int2        not null default 9,
    swept_queued_at timestamptz not null default 'epoch',
    swept_id        uuid        not null default '00000000-0000-0000-0000-000000000000',
    constraint queues_pkey primary key (name)
);

create index queues_gated on queues (name) where gated;

-- Slots of limited queues: this task may begin this attempt, or runs it. Kept while it does.
create table admissions (
    task_id     uuid        not null,
    attempt     int4        not null,
    queue       text        not null collate "C",
    key         text        not null collate "C",
    admitted_at timestamptz not null,
    told_at     timestamptz not null,
    constraint admissions_pkey primary key (task_id)
);

create index admissions_by_key on admissions (queue, key, admitted_at);

-- Token buckets of queues (key '') and of keys; none is as good as a full one.
create table buckets (
    queue text        not null collate "C",
    key   text        not null collate "C",
    level int8        not null,
    at    timestamptz not null,
    constraint buckets_pkey primary key (queue, key)
);

-- The key stands in `options`, too; an index cannot read it there: `->>` refuses documents with `\u0000` in them, which Celery's
-- clients may send. Null, which most tasks have, costs a row nothing.
alter table tasks add column concurrency_key text collate "C";

-- Tasks with a key that have not ended: which keys wait, and who of each is next. Tasks without a key are not in it.
create index tasks_keyed on tasks (queue, state, concurrency_key, priority desc, queued_at, id)
    where state in ('blocked', 'scheduled', 'queued', 'running', 'retrying') and concurrency_key is not null;
