-- task.insert_blocked
-- Lifecycle::begin_blocked, with the parameters of task.insert; whether a task is scheduled ($5) is decided when it is released.
insert into tasks (id, created_at, expires_at, eta, state, max_attempts, priority, name, queue, args, kwargs, options)
select t.id, t.created_at, t.expires_at, t.eta, 'blocked'::task_state, t.max_attempts, t.priority, t.name, t.queue, t.args,
       t.kwargs, t.options
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::bool[], $6::int4[], $7::int2[],
            $8::text[], $9::text[], $10::json[], $11::json[], $12::json[])
    as t (id, created_at, expires_at, eta, scheduled, max_attempts, priority, name, queue, args, kwargs, options)
