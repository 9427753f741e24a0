-- webhook.arm
-- Records events from now on, within the statement that moves a task. Payloads only where asked for, and none beyond 64 KiB: a
-- number stands for those. A retry has no time of its own in the task's row: its attempt has. Ids are UUIDs of version 4.
CREATE TRIGGER IF NOT EXISTS webhook_record AFTER UPDATE OF state ON tasks
WHEN NEW.state IN ('succeeded', 'failed', 'cancelled', 'expired', 'retrying')
    AND OLD.state <> NEW.state AND NEW.name <> 'webhook.deliver'
BEGIN
    INSERT INTO webhook_deliveries (id, webhook_id, kind, task_id, occurred_at, state, facts)
    SELECT unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || substr('89AB', 1 + (random() & 3), 1)
                 || substr(hex(randomblob(2)), 2) || hex(randomblob(6))),
        w.id, 'task.' || NEW.state, NEW.id,
        coalesce(NEW.finished_at, (SELECT a.finished_at FROM attempts AS a WHERE a.task_id = NEW.id AND a.attempt = NEW.attempt),
                 NEW.due_at),
        'pending',
        json_object(
            'name', NEW.name, 'queue', NEW.queue, 'attempt', NEW.attempt, 'max_attempts', NEW.max_attempts,
            'created_at', NEW.created_at, 'started_at', NEW.started_at, 'finished_at', NEW.finished_at, 'due_at', NEW.due_at,
            'error', NEW.error,
            'args', CASE WHEN 'args' IN (SELECT value FROM json_each(w.include)) THEN
                CASE WHEN octet_length(NEW.args) > 65536 THEN 0 ELSE NEW.args END END,
            'kwargs', CASE WHEN 'kwargs' IN (SELECT value FROM json_each(w.include)) THEN
                CASE WHEN octet_length(NEW.kwargs) > 65536 THEN 0 ELSE NEW.kwargs END END,
            'result', CASE WHEN 'result' IN (SELECT value FROM json_each(w.include)) THEN
                CASE WHEN octet_length(NEW.result) > 65536 THEN 0 ELSE NEW.result END END
        )
    FROM webhooks AS w
    WHERE w.paused_at IS NULL
        AND 'task.' || NEW.state IN (SELECT value FROM json_each(w.events))
        AND (w.queues = '[]' OR NEW.queue IN (SELECT value FROM json_each(w.queues)))
        AND (w.tasks = '[]' OR NEW.name IN (SELECT value FROM json_each(w.tasks)));
END
