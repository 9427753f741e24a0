-- Webhooks: subscriptions, their secrets, what becomes of events for them, and what records events.

create table webhooks (
    id             uuid        not null,
    -- Null once it is deleted: the row goes when its deliveries have gone.
    name           text        collate "C",
    description    text        not null,
    url            text        not null collate "C",
    -- Filters; of queues and tasks an empty one lets everything through.
    events         text[]      not null collate "C",
    queues         text[]      not null collate "C",
    tasks          text[]      not null collate "C",
    include        text[]      not null collate "C",
    paused_at      timestamptz,
    pause_reason   text        collate "C",
    failing_since  timestamptz,
    rotated_at     timestamptz,
    previous_until timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    revision       int8        not null,
    constraint webhooks_pkey primary key (id),
    constraint webhooks_name unique (name),
    constraint webhooks_pause check ((paused_at is null) = (pause_reason is null)),
    constraint webhooks_deleted check (name is not null or paused_at is not null)
);

-- Readable, as signing needs them. A table of their own, so that nothing that shows subscriptions reads them.
create table webhook_secrets (
    webhook_id  uuid        not null,
    -- The subscription's revision that began with it.
    revision    int8        not null,
    secret      text        not null collate "C",
    -- Null for the current one.
    valid_until timestamptz,
    constraint webhook_secrets_pkey primary key (webhook_id, revision)
);

-- No foreign key to subscriptions: one that is deleted meanwhile must not fail the statement that ends a task.
create table webhook_deliveries (
    id           uuid        not null,
    webhook_id   uuid        not null,
    kind         text        not null collate "C",
    task_id      uuid,
    occurred_at  timestamptz not null,
    state        text        not null collate "C",
    tries        int4        not null default 0,
    replays      int4        not null default 0,
    last_try_at  timestamptz,
    last_status  int2,
    last_error   text,
    next_try_at  timestamptz,
    ended_at     timestamptz,
    delivered_by uuid,
    look_at      timestamptz,
    -- What was copied of the task: the domain's `Facts`.
    facts        json        not null,
    constraint webhook_deliveries_pkey primary key (id),
    constraint webhook_deliveries_state check (state in ('pending', 'sending', 'delivered', 'failed')),
    constraint webhook_deliveries_shape check (case state
        when 'pending' then delivered_by is null and look_at is null and ended_at is null
        when 'sending' then delivered_by is not null and look_at is not null and ended_at is null
        else look_at is null and ended_at is not null
    end)
);

-- Lists, and the deliveries of a deleted subscription.
create index webhook_deliveries_listed on webhook_deliveries (webhook_id, occurred_at desc, id desc);
create index webhook_deliveries_by_state on webhook_deliveries (webhook_id, state, occurred_at desc, id desc);
-- The dispatcher.
create index webhook_deliveries_pending on webhook_deliveries (webhook_id, occurred_at, id) where state = 'pending';
create index webhook_deliveries_silent on webhook_deliveries (look_at) where look_at is not null;
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;

-- Copies what a subscription is to be told, within the statement that moved the task. Payloads only where asked for, and
-- none beyond 64 KiB: a number stands for those. A retry has no time of its own in the task's row: its attempt has.
create function webhook_record() returns trigger language plpgsql as $record$
begin
    insert into webhook_deliveries (id, webhook_id, kind, task_id, occurred_at, state, facts)
    select gen_random_uuid(), w.id, 'task.' || new.state::text, new.id,
        coalesce(new.finished_at, a.finished_at, new.due_at), 'pending',
        json_build_object(
            'name', new.name, 'queue', new.queue, 'attempt', new.attempt, 'max_attempts', new.max_attempts,
            'created_at', (extract(epoch from new.created_at) * 1000000)::int8,
            'started_at', (extract(epoch from new.started_at) * 1000000)::int8,
            'finished_at', (extract(epoch from new.finished_at) * 1000000)::int8,
            'due_at', (extract(epoch from new.due_at) * 1000000)::int8,
            'error', new.error::text,
            'args', case when 'args' = any (w.include) then
                case when octet_length(new.args::text) > 65536 then to_json(0) else to_json(coalesce(new.args::text, '[]')) end end,
            'kwargs', case when 'kwargs' = any (w.include) then
                case when octet_length(new.kwargs::text) > 65536 then to_json(0) else to_json(coalesce(new.kwargs::text, '{}')) end end,
            'result', case when 'result' = any (w.include) then
                case when octet_length(new.result::text) > 65536 then to_json(0) else to_json(new.result::text) end end
        )
    from webhooks w
    left join attempts a on new.finished_at is null and a.task_id = new.id and a.attempt = new.attempt
    where w.paused_at is null
      and 'task.' || new.state::text = any (w.events)
      and (w.queues = '{}' or new.queue = any (w.queues))
      and (w.tasks = '{}' or new.name = any (w.tasks));
    return null;
end
$record$;

-- Sets the trigger up while some subscription is active, and removes it while none is: a task that nobody subscribes to pays
-- nothing. With the rights of whoever migrated: to create a trigger somebody else's rights may not do. Who calls it can do
-- nothing but make the trigger fit the table. Locks in this order: subscriptions, then tasks.
do $do$
begin
    execute format($function$
        create function webhook_settle() returns void language plpgsql security definer
        set search_path = %I, pg_temp set lock_timeout = '2s' as $settle$
        declare
            armed bool;
        begin
            lock table webhooks in share row exclusive mode;
            select exists (select from pg_trigger where tgrelid = 'tasks'::regclass and tgname = 'webhook_record') into armed;
            if exists (select from webhooks where paused_at is null) then
                if not armed then
                    create trigger webhook_record after update of state on tasks for each row
                        when (new.state in ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
                              and old.state <> new.state and new.name <> 'webhook.deliver')
                        execute function webhook_record();
                end if;
            elsif armed then
                -- Nobody may read the table while that is done, and whoever comes waits behind this: so a long reader (a backup)
                -- is not waited for. The trigger finds nothing to record meanwhile.
                begin
                    perform set_config('lock_timeout', '100ms', true);
                    drop trigger webhook_record on tasks;
                exception when lock_not_available then
                    null;
                end;
            end if;
        end
        $settle$
    $function$, current_schema());
end
$do$;
