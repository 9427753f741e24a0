-- What workers can run, and which workers there are.

create table task_definitions (
    name       text        not null collate "C",
    definition json        not null,
    updated_at timestamptz not null,
    constraint task_definitions_pkey primary key (name)
);

create table workers (
    name       text        not null collate "C",
    queues     text[]      not null,
    tasks      text[]      not null,
    slots      int8        not null,
    busy       int8        not null,
    version    text        not null,
    started_at timestamptz not null,
    draining   bool        not null,
    seen_at    timestamptz not null,
    constraint workers_pkey primary key (name)
);
