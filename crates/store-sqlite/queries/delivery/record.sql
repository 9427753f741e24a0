-- delivery.record
-- Fenced by the task: one that the delivery was taken from changes nothing.
UPDATE webhook_deliveries
SET state = ?3, tries = tries + 1, last_try_at = ?4, last_status = ?5, last_error = ?6, next_try_at = ?7, ended_at = ?8, look_at = ?9
WHERE id = ?1 AND state = 'sending' AND delivered_by = ?2
RETURNING webhook_id
