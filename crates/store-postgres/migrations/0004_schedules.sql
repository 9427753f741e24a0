-- Schedules, and what became of their ticks.

create table schedules (
    name         text        not null collate "C",
    definition   json        not null,
    paused       bool        not null,
    next_tick_at timestamptz,
    due_at       timestamptz,
    last_tick_at timestamptz,
    last_task    uuid,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    revision     int8        not null,
    constraint schedules_pkey primary key (name)
) with (fillfactor = 70);

-- The ticker.
create index schedules_due on schedules (due_at) where due_at is not null;

-- One row for each kind of tick at an instant: what makes a tick happen once. Missed ticks share one row.
create table schedule_ticks (
    schedule   text        not null collate "C",
    tick_at    timestamptz not null,
    kind       text        not null collate "C",
    decided_at timestamptz not null,
    task_id    uuid,
    skipped    text        collate "C",
    through    timestamptz,
    detail     text,
    constraint schedule_ticks_pkey primary key (schedule, tick_at, kind),
    constraint schedule_ticks_kind check (kind in ('tick', 'manual', 'backfill')),
    constraint schedule_ticks_fate check ((task_id is null) <> (skipped is null))
);

-- The end of history.
create index schedule_ticks_by_age on schedule_ticks (schedule, decided_at);
