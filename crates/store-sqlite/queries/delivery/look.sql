-- delivery.look
-- Deliveries nobody has heard of: those whose task still lives are looked at again later (?3), the others have failed.
UPDATE webhook_deliveries
SET state = iif(seen.lives, state, 'failed'),
    look_at = iif(seen.lives, ?3, NULL),
    ended_at = iif(seen.lives, NULL, ?1),
    next_try_at = iif(seen.lives, next_try_at, NULL),
    last_error = iif(seen.lives, last_error, ?4)
FROM (
    SELECT d.rowid AS row, EXISTS (
        SELECT 1 FROM tasks AS t
        WHERE t.id = d.delivered_by AND +t.state IN ('blocked', 'scheduled', 'queued', 'running', 'retrying')
    ) AS lives
    FROM webhook_deliveries AS d
    WHERE d.look_at IS NOT NULL AND d.look_at <= ?1
    ORDER BY d.look_at
    LIMIT ?2
) AS seen
WHERE webhook_deliveries.rowid = seen.row
RETURNING state = 'failed' AS lost
