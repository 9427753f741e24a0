-- What was committed and is to be published, and requests that may be repeated.

-- One row per batch, deleted when the broker has confirmed: always small.
create table outbox (
    id         int8        not null generated always as identity,
    created_at timestamptz not null,
    task_ids   uuid[]      not null,
    constraint outbox_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index outbox_by_age on outbox (created_at);

create table idempotency_keys (
    key         text        not null collate "C",
    fingerprint bytea       not null,
    task_ids    uuid[]      not null,
    created_at  timestamptz not null,
    constraint idempotency_keys_pkey primary key (key)
);

create index idempotency_keys_by_age on idempotency_keys (created_at);
