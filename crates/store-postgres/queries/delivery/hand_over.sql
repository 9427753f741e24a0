-- delivery.hand_over
-- To the tasks that deliver them. The rows are locked by delivery.take.
update webhook_deliveries d
set state = 'sending', delivered_by = h.task, look_at = $3
from unnest($1::uuid[], $2::uuid[]) as h (id, task)
where d.id = h.id and d.state = 'pending'
