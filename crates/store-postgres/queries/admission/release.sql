-- admission.release
-- Slots whose attempt is over, however it ended: the task has moved on from it. What may still begin that attempt, or runs
-- it, keeps its slot. No statement that ends a task needs to know of slots.
with over as materialized (
    select a.task_id
    from admissions a left join tasks t on t.id = a.task_id
    where a.queue = $1
      and case t.state::text when 'queued' then t.attempt <> a.attempt - 1 when 'running' then t.attempt <> a.attempt else true end
)
delete from admissions a using over where a.task_id = over.task_id
