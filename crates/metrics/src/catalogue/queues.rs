//! What servers read from the database. Every replica shows the same: take the max over replicas, not the sum.

use crate::{Kind, Metric, ShownBy, Unit};

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

pub(super) const ALL: &[&Metric] = &[
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
    &SCHEDULE_LAG,
    &METRICS_POLL,
];
