-- Workflows: which tasks wait for which.

create table workflows (
    id          uuid        not null,
    name        text,
    policy      text        not null collate "C",
    created_at  timestamptz not null,
    finished_at timestamptz,
    nodes       int4        not null,
    open        int4        not null, -- nodes that have not ended
    failed      int4        not null default 0, -- nodes that broke it by failing or expiring
    cancelled   int4        not null default 0, -- nodes that broke it by being cancelled
    constraint workflows_pkey primary key (id),
    constraint workflows_policy check (policy in ('cancel_rest', 'continue_others'))
);

-- The pruner.
create index workflows_ended on workflows (finished_at) where finished_at is not null;

-- No reference to tasks: they are pruned by themselves.
create table workflow_nodes (
    task_id     uuid        not null,
    workflow_id uuid        not null references workflows (id) on delete cascade,
    position    int4        not null,
    key         text        not null collate "C",
    on_failure  text        not null collate "C",
    pending     int4        not null, -- nodes it depends on that have not ended
    broken      int4        not null default 0, -- nodes it depends on that broke the workflow
    ended       task_state, -- the state its task ended in, once that is counted
    args        json, -- with placeholders; null where there are none
    kwargs      json,
    constraint workflow_nodes_pkey primary key (task_id),
    constraint workflow_nodes_pending check (pending >= 0),
    constraint workflow_nodes_on_failure check (on_failure in ('fail', 'continue'))
);

create index workflow_nodes_by_workflow on workflow_nodes (workflow_id, position);

create table workflow_edges (
    from_task   uuid not null,
    to_task     uuid not null,
    workflow_id uuid not null references workflows (id) on delete cascade,
    constraint workflow_edges_pkey primary key (from_task, to_task)
);

create index workflow_edges_by_dependant on workflow_edges (to_task, from_task);
create index workflow_edges_by_workflow on workflow_edges (workflow_id);

-- The workflow a task is a node of. Null, which most tasks have, costs a row nothing, and tells the statement that ends a task
-- that nothing waits for it. Not indexed: nodes are found by workflow_nodes.
alter table tasks add column workflow_id uuid;
