-- worker.beat
INSERT INTO workers (name, queues, tasks, slots, busy, version, started_at, draining, seen_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (name) DO UPDATE
SET queues = excluded.queues,
    tasks = excluded.tasks,
    slots = excluded.slots,
    busy = excluded.busy,
    version = excluded.version,
    started_at = excluded.started_at,
    draining = excluded.draining,
    seen_at = excluded.seen_at
