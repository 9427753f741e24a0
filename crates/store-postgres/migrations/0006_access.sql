-- Who may do what, and who did what.

create table api_keys (
    id           uuid        not null,
    name         text        not null collate "C",
    role         text        not null,
    digest       bytea       not null,
    created_at   timestamptz not null,
    created_by   text        not null collate "C",
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    constraint api_keys_pkey primary key (id),
    constraint api_keys_role check (role in ('viewer', 'operator', 'admin')),
    constraint api_keys_digest check (length(digest) = 32)
);

create index api_keys_by_age on api_keys (created_at, id);

-- Of the configured key, which is not in the database, the sessions have the nil UUID.
create table sessions (
    id         uuid        not null,
    key_id     uuid        not null,
    digest     bytea       not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (id),
    constraint sessions_digest check (length(digest) = 32)
);

create index sessions_by_key on sessions (key_id, created_at, id);
create index sessions_by_expiry on sessions (expires_at);

-- One index per filter, each in the order of the list.
create table audit_entries (
    id         uuid        not null,
    at         timestamptz not null,
    actor      text        not null collate "C",
    key_id     uuid,
    role       text        not null,
    action     text        not null collate "C",
    target     text        collate "C",
    address    text,
    request_id text        not null,
    status     int4        not null,
    constraint audit_entries_pkey primary key (at, id)
);

create index audit_entries_by_actor on audit_entries (actor, at, id);
create index audit_entries_by_action on audit_entries (action, at, id);
create index audit_entries_by_target on audit_entries (target, at, id) where target is not null;
