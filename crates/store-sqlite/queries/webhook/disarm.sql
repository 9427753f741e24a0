-- webhook.disarm
-- A task that nobody subscribes to pays nothing.
DROP TRIGGER IF EXISTS webhook_record
