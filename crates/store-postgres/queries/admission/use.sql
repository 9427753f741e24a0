-- admission.use
-- Frees slots whose attempt is over, however it ended: the task has moved on from it. What may still begin that attempt, or
-- runs it, keeps its slot. No statement that ends a task needs to know of slots. What runs without a slot (it began before the
-- queue was limited) takes one, whether there is room or not. Then what is in use, by key. One statement, as the queue's row is
-- locked meanwhile.
with over as materialized (
    select a.task_id
    from admissions a left join tasks t on t.id = a.task_id
    where a.queue = $1
      and case t.state::text
              when 'queued' then t.attempt <> a.attempt - 1 or t.queue <> $1
              when 'running' then t.attempt <> a.attempt
              else true
          end
),
freed as (
    delete from admissions a using over where a.task_id = over.task_id
),
adopted as (
    insert into admissions (task_id, attempt, queue, key, admitted_at, told_at)
    select t.id, t.attempt, t.queue, coalesce(t.concurrency_key, ''), coalesce(t.started_at, $2), $2
    from tasks t
    where t.queue = $1 and t.state = 'running' and not exists (select 1 from admissions a where a.task_id = t.id)
    on conflict (task_id) do nothing
    returning task_id, key
),
held as (
    select a.task_id, a.key
    from admissions a
    where a.queue = $1 and not exists (select 1 from over where over.task_id = a.task_id)
    union all
    select task_id, key from adopted
)
select held.key, count(*) as running, count(*) filter (where t.cancel_requested) as stopping
from held join tasks t on t.id = held.task_id
group by held.key
