-- name.look
-- The next $4 waiting tasks of a name, the oldest first, from after a place ($2, $3) on; `may_start` are those that nothing but the
-- rate holds: a limited queue gives slots itself.
select t.id, t.attempt, t.priority, t.created_at,
       (t.expires_at is null or t.expires_at > $5)
       and t.queue <> all (array(select q.name from queues q where q.gated))
       and not exists (select 1 from admissions a where a.task_id = t.id) as may_start
from tasks t
where t.name = $1 and t.state = 'queued' and (t.created_at, t.id) > ($2, $3)
order by t.created_at, t.id
limit $4
