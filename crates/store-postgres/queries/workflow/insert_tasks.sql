-- workflow.insert_tasks
-- With the parameters of task.insert up to $13; $14: the workflow, $15: which tasks wait for others (Lifecycle::begin_blocked). Of
-- those, whether they are scheduled ($5) is decided when they are released.
insert into tasks (id, created_at, queued_at, due_at, expires_at, eta, state, max_attempts, priority, name, queue, args, kwargs,
                   options, concurrency_key, workflow_id)
select t.id, t.created_at,
       case when not t.blocked and not t.scheduled then t.created_at end,
       case when not t.blocked and t.scheduled then t.eta end,
       t.expires_at, t.eta,
       (case when t.blocked then 'blocked' when t.scheduled then 'scheduled' else 'queued' end)::task_state,
       t.max_attempts, t.priority, t.name, t.queue, t.args, t.kwargs, t.options, t.concurrency_key, $14
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::bool[], $6::int4[], $7::int2[],
            $8::text[], $9::text[], $10::json[], $11::json[], $12::json[], $13::text[], $15::bool[])
    as t (id, created_at, expires_at, eta, scheduled, max_attempts, priority, name, queue, args, kwargs, options,
          concurrency_key, blocked)
