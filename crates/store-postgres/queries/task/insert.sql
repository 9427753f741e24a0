-- task.insert
-- The tasks and, if any is queued ($15), the note for the publisher: one statement, one commit.
with inserted as (
    insert into tasks (id, created_at, queued_at, due_at, expires_at, eta, state, max_attempts, priority,
                       name, queue, args, kwargs, options, concurrency_key)
    select t.id, t.created_at,
           case when t.scheduled then null else t.created_at end,
           case when t.scheduled then t.eta end,
           t.expires_at, t.eta,
           case when t.scheduled then 'scheduled'::task_state else 'queued'::task_state end,
           t.max_attempts, t.priority, t.name, t.queue, t.args, t.kwargs, t.options, t.concurrency_key
    from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::bool[], $6::int4[], $7::int2[],
                $8::text[], $9::text[], $10::json[], $11::json[], $12::json[], $13::text[])
        as t (id, created_at, expires_at, eta, scheduled, max_attempts, priority, name, queue, args, kwargs, options, concurrency_key)
)
insert into outbox (created_at, task_ids)
select $14, $15::uuid[]
where cardinality($15::uuid[]) > 0
returning id
