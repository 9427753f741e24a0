-- Tasks, their past attempts, their log lines.
--
-- The state is part of three indexes, so each change of state writes a new version of the row and an entry in these three
-- and in the primary key. That is the price of a claim and of an outcome; no other index holds a column that they change,
-- except for the partial ones, which hold only the rows of the states they serve.
-- Names are compared as bytes ("C"): they are ASCII, and no other order is cheaper.

create type task_state as enum (
    'blocked', 'scheduled', 'queued', 'running', 'retrying', 'succeeded', 'failed', 'cancelled', 'expired'
);

create table tasks (
    id               uuid        not null,
    created_at       timestamptz not null,
    queued_at        timestamptz,
    started_at       timestamptz,
    lease_until      timestamptz,
    finished_at      timestamptz,
    due_at           timestamptz,
    expires_at       timestamptz,
    eta              timestamptz,
    state            task_state  not null,
    attempt          int4        not null default 0,
    attempts_used    int4        not null default 0,
    max_attempts     int4        not null,
    priority         int2        not null default 0,
    cancel_requested bool        not null default false,
    name             text        not null collate "C",
    queue            text        not null collate "C",
    worker           text        collate "C",
    -- `json`, not `jsonb`: numbers, key order and `\u0000` stay as they came. Null stands for `[]`, `{}` and "no options".
    args             json,
    kwargs           json,
    options          json,
    result           json,
    error            json,
    progress         json,
    constraint tasks_pkey primary key (id),
    constraint tasks_attempts check (max_attempts > 0),
    constraint tasks_shape check (case state
        when 'running' then lease_until is not null and worker is not null and started_at is not null and finished_at is null
        when 'queued' then queued_at is not null and lease_until is null and finished_at is null
        when 'blocked' then lease_until is null and finished_at is null
        when 'scheduled' then due_at is not null and lease_until is null and finished_at is null
        when 'retrying' then due_at is not null and lease_until is null and finished_at is null
        else finished_at is not null and lease_until is null
    end)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Lists: each is a merge of the states asked for, one index range each. Also counts, the pruner and the rescuer.
-- The condition holds for every row. It is the word by which a statement asks for the index by state: one that asks for a
-- queue or a name does not say it, so that the planner cannot prefer to read a state's rows one by one until enough of them
-- are of that queue.
create index tasks_by_state on tasks (state, created_at, id) where max_attempts > 0;
create index tasks_by_queue on tasks (queue, state, created_at, id);
create index tasks_by_name on tasks (name, state, created_at, id);
-- Lists by worker: of running tasks, which are few, the state's index is enough; so that a claim need not write here.
create index tasks_by_worker on tasks (worker, state, created_at, id) where worker is not null and state <> 'running';

-- The relay: the most urgent and oldest of a queue, and which queues wait at all.
create index tasks_queued on tasks (queue, priority desc, queued_at, id) where state = 'queued';
-- The scheduler.
create index tasks_due on tasks (due_at) where state in ('scheduled', 'retrying');
create index tasks_expiring on tasks (expires_at)
    where expires_at is not null and state in ('blocked', 'scheduled', 'queued', 'retrying');

-- Attempts that were not their task's last, or were once; the current or last one is read from the task itself.
create table attempts (
    task_id     uuid        not null,
    attempt     int4        not null,
    state       task_state  not null,
    queued_at   timestamptz,
    started_at  timestamptz not null,
    finished_at timestamptz not null,
    worker      text        collate "C",
    error       json,
    constraint attempts_pkey primary key (task_id, attempt)
);

-- No foreign keys: each line would lock its task's row. The pruner deletes both.
create table task_logs (
    task_id uuid        not null,
    seq     int8        not null generated always as identity,
    attempt int4        not null,
    at      timestamptz not null,
    level   text        not null collate "C",
    message text        not null,
    constraint task_logs_pkey primary key (task_id, seq)
);
