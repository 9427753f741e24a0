-- Task names whose starts are limited, in whatever queue; a table of a few rows, mostly of none.

create table name_limits (
    name             text        not null collate "C",
    -- Null when it was lifted and its waiting tasks are still being published.
    rate             json,
    -- The token bucket.
    level            int8        not null,
    at               timestamptz not null,
    -- How far rounds looked through its waiting tasks, or how far they were published since it was lifted.
    looked_created   timestamptz not null default 'epoch',
    looked_id        uuid        not null default '00000000-0000-0000-0000-000000000000',
    opened_at        timestamptz,
    swept            int2        not null default 0,
    constraint name_limits_pkey primary key (name)
);

-- Set for slots that a name's round gave, in a queue without limits: no round of the queue frees those.
alter table admissions add column name text collate "C";

create index admissions_by_name on admissions (name) where name is not null;
