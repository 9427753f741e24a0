//! What the API and its maintenance duties show.

use crate::{Kind, Metric, ShownBy, Unit};

/// From half a millisecond, where an enqueue should be, to the longest `Prefer: wait`.
const HTTP_BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Round trips to services.
const PUBLISH_BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Requests answered; the route is a pattern, never a path.
pub const HTTP_REQUESTS: Metric = Metric {
    name: "ruche_http_requests_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["method", "route", "status"],
    shown_by: ShownBy::Server,
    meaning: "Requests answered; the route is a pattern, never a path.",
    buckets: &[],
};

/// Time to an answer's first byte.
pub const HTTP_REQUEST_DURATION: Metric = Metric {
    name: "ruche_http_request_duration_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &["method", "route"],
    shown_by: ShownBy::Server,
    meaning: "Time to an answer's first byte.",
    buckets: HTTP_BUCKETS,
};

/// Event streams open now.
pub const SSE_CLIENTS: Metric = Metric {
    name: "ruche_sse_clients",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Event streams open now.",
    buckets: &[],
};

/// Events not sent because the client was too slow.
pub const SSE_DROPPED_EVENTS: Metric = Metric {
    name: "ruche_sse_dropped_events_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Events not sent because the client was too slow.",
    buckets: &[],
};

/// Browsers' logins, by how they went: accepted, refused, throttled.
pub const LOGINS: Metric = Metric {
    name: "ruche_logins_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["outcome"],
    shown_by: ShownBy::Server,
    meaning: "Browsers' logins, by how they went: accepted, refused, throttled.",
    buckets: &[],
};

/// Changes that could not be entered in the audit log.
pub const AUDIT_LOST: Metric = Metric {
    name: "ruche_audit_lost_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Changes that could not be entered in the audit log.",
    buckets: &[],
};

/// Tasks accepted; source is api, batch, retry (by hand, operations, replays) or schedule.
pub const TASKS_ENQUEUED: Metric = Metric {
    name: "ruche_tasks_enqueued_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["queue", "task", "source"],
    shown_by: ShownBy::Server,
    meaning: "Tasks accepted; source is api, batch, retry (by hand, operations, replays) or schedule.",
    buckets: &[],
};

/// Tasks that have not ended, read from the database. Take the max over replicas.
pub const TASKS: Metric = Metric {
    name: "ruche_tasks",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue", "state"],
    shown_by: ShownBy::Server,
    meaning: "Tasks that have not ended, read from the database. Take the max over replicas.",
    buckets: &[],
};

/// How long the longest waiting runnable task waits; 0 if none does. Take the max over replicas.
pub const OLDEST_WAITING: Metric = Metric {
    name: "ruche_oldest_waiting_task_age_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "How long the longest waiting runnable task waits; 0 if none does. Take the max over replicas.",
    buckets: &[],
};

/// How long the longest running task runs; 0 if none does. Take the max over replicas.
pub const OLDEST_RUNNING: Metric = Metric {
    name: "ruche_oldest_running_task_age_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "How long the longest running task runs; 0 if none does. Take the max over replicas.",
    buckets: &[],
};

/// Queues that are paused: 1 for each. Take the max over replicas.
pub const QUEUE_PAUSED: Metric = Metric {
    name: "ruche_queue_paused",
    kind: Kind::Gauge,
    unit: Unit::Flag,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "Queues that are paused: 1 for each. Take the max over replicas.",
    buckets: &[],
};

/// Workers that serve the queue and were heard of within a minute, draining ones left out. Take the max over replicas.
pub const QUEUE_WORKERS: Metric = Metric {
    name: "ruche_queue_workers",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "Workers that serve the queue and were heard of within a minute, draining ones left out. Take the max over replicas.",
    buckets: &[],
};

/// Attempts these workers run at once, at most; a worker shares its slots between its queues. Take the max over replicas.
pub const QUEUE_SLOTS: Metric = Metric {
    name: "ruche_queue_slots",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "Attempts these workers run at once, at most; a worker shares its slots between its queues. Take the max over replicas.",
    buckets: &[],
};

/// Of these slots, those busy at the workers' last heartbeat, with tasks of any queue. Take the max over replicas.
pub const QUEUE_SLOTS_BUSY: Metric = Metric {
    name: "ruche_queue_slots_busy",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue"],
    shown_by: ShownBy::Server,
    meaning: "Of these slots, those busy at the workers' last heartbeat, with tasks of any queue. Take the max over replicas.",
    buckets: &[],
};

/// How long ago the database took a worker's last heartbeat; workers that signed off, or were silent for 15 minutes, are not shown. Take the max over replicas.
pub const WORKER_LAST_SEEN: Metric = Metric {
    name: "ruche_worker_last_seen_age_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &["worker"],
    shown_by: ShownBy::Server,
    meaning: "How long ago the database took a worker's last heartbeat; workers that signed off, or were silent for 15 minutes, are not shown. Take the max over replicas.",
    buckets: &[],
};

/// Batches of tasks committed and not confirmed by the broker. Take the max over replicas.
pub const OUTBOX_PENDING: Metric = Metric {
    name: "ruche_outbox_pending",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Batches of tasks committed and not confirmed by the broker. Take the max over replicas.",
    buckets: &[],
};

/// How long the oldest of them waits; 0 if there is none. Take the max over replicas.
pub const OUTBOX_OLDEST_AGE: Metric = Metric {
    name: "ruche_outbox_oldest_age_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "How long the oldest of them waits; 0 if there is none. Take the max over replicas.",
    buckets: &[],
};

/// Time from publishing a batch to the broker's confirmation of all of it.
pub const PUBLISH_CONFIRM: Metric = Metric {
    name: "ruche_publish_confirm_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Time from publishing a batch to the broker's confirmation of all of it.",
    buckets: PUBLISH_BUCKETS,
};

/// Messages the broker refused or did not confirm; the relay publishes them again.
pub const PUBLISH_FAILURES: Metric = Metric {
    name: "ruche_publish_failures_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Messages the broker refused or did not confirm; the relay publishes them again.",
    buckets: &[],
};

/// How long the longest due tick of a schedule waits to be decided; 0 if none is due. Take the max over replicas.
pub const SCHEDULE_LAG: Metric = Metric {
    name: "ruche_schedule_lag_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "How long the longest due tick of a schedule waits to be decided; 0 if none is due. Take the max over replicas.",
    buckets: &[],
};

/// Schedules' rounds decided: enqueued counts tasks made, passed counts due schedules that made none (overlap, catch-up, refused task).
pub const SCHEDULE_TICKS: Metric = Metric {
    name: "ruche_schedule_ticks_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["result"],
    shown_by: ShownBy::Server,
    meaning: "Schedules' rounds decided: enqueued counts tasks made, passed counts due schedules that made none (overlap, catch-up, refused task).",
    buckets: &[],
};

/// Tasks queued again because their worker fell silent: it died, stalled, or could not reach the database.
pub const TASKS_RESCUED: Metric = Metric {
    name: "ruche_tasks_rescued_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Tasks queued again because their worker fell silent: it died, stalled, or could not reach the database.",
    buckets: &[],
};

/// Tasks that were not started before they expired.
pub const TASKS_EXPIRED: Metric = Metric {
    name: "ruche_tasks_expired_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "Tasks that were not started before they expired.",
    buckets: &[],
};

/// When the database was last asked for what is read from it.
pub const METRICS_POLL: Metric = Metric {
    name: "ruche_metrics_poll_timestamp_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "When the database was last asked for what is read from it.",
    buckets: &[],
};

/// A connection from the pool and one round trip to the database, tried every 15 s.
pub const DB_PING: Metric = Metric {
    name: "ruche_db_ping_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Server,
    meaning: "A connection from the pool and one round trip to the database, tried every 15 s.",
    buckets: PUBLISH_BUCKETS,
};

pub(super) const ALL: &[&Metric] = &[
    &HTTP_REQUESTS,
    &HTTP_REQUEST_DURATION,
    &SSE_CLIENTS,
    &SSE_DROPPED_EVENTS,
    &LOGINS,
    &AUDIT_LOST,
    &TASKS_ENQUEUED,
    &TASKS,
    &OLDEST_WAITING,
    &OLDEST_RUNNING,
    &QUEUE_PAUSED,
    &QUEUE_WORKERS,
    &QUEUE_SLOTS,
    &QUEUE_SLOTS_BUSY,
    &WORKER_LAST_SEEN,
    &OUTBOX_PENDING,
    &OUTBOX_OLDEST_AGE,
    &PUBLISH_CONFIRM,
    &PUBLISH_FAILURES,
    &SCHEDULE_LAG,
    &SCHEDULE_TICKS,
    &TASKS_RESCUED,
    &TASKS_EXPIRED,
    &METRICS_POLL,
    &DB_PING,
];
