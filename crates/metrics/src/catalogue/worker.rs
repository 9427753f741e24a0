//! What a worker shows. Series for each of its queues and tasks are there, at zero, from the start.

use crate::{Kind, Metric, ShownBy, Unit};

/// From runnable to start, and from accepted to ended.
const WAIT_BUCKETS: &[f64] = &[0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0];

/// How long something ran.
const RUN_BUCKETS: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0];

/// Attempts a task took.
const ATTEMPT_BUCKETS: &[f64] = &[1.0, 2.0, 3.0, 5.0, 10.0];

/// Attempts ended, by how: succeeded, failed, timed_out, cancelled, lost, released; final is true if the task ended with them. The server counts those that ended a task after their worker fell silent.
pub const TASK_ATTEMPTS: Metric = Metric {
    name: "ruche_task_attempts_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["queue", "task", "outcome", "final", "by"],
    shown_by: ShownBy::All,
    meaning: "Attempts ended, by how: succeeded, failed, timed_out, cancelled, lost, released; final is true if the task ended with them. The server counts those that ended a task after their worker fell silent.",
    buckets: &[],
};

/// Attempts that will be followed by another, by the failure's kind.
pub const TASK_RETRIES: Metric = Metric {
    name: "ruche_task_retries_scheduled_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["queue", "task", "reason"],
    shown_by: ShownBy::Worker,
    meaning: "Attempts that will be followed by another, by the failure's kind.",
    buckets: &[],
};

/// Tasks that failed for good, by the failure's kind; of those whose worker fell silent, lost, the server tells.
pub const TASKS_DEAD_LETTERED: Metric = Metric {
    name: "ruche_tasks_dead_lettered_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["queue", "task", "reason", "by"],
    shown_by: ShownBy::All,
    meaning: "Tasks that failed for good, by the failure's kind; of those whose worker fell silent, lost, the server tells.",
    buckets: &[],
};

/// From runnable to started; deliberate delay is left out.
pub const TASK_QUEUE_WAIT: Metric = Metric {
    name: "ruche_task_queue_wait_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &["queue", "task"],
    shown_by: ShownBy::Worker,
    meaning: "From runnable to started; deliberate delay is left out.",
    buckets: WAIT_BUCKETS,
};

/// How long attempts ran.
pub const TASK_RUN_DURATION: Metric = Metric {
    name: "ruche_task_run_duration_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &["queue", "task", "outcome"],
    shown_by: ShownBy::Worker,
    meaning: "How long attempts ran.",
    buckets: RUN_BUCKETS,
};

/// From accepted to ended, with all retries and waiting.
pub const TASK_END_TO_END: Metric = Metric {
    name: "ruche_task_end_to_end_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &["queue", "task"],
    shown_by: ShownBy::Worker,
    meaning: "From accepted to ended, with all retries and waiting.",
    buckets: WAIT_BUCKETS,
};

/// Attempts that ended tasks took.
pub const TASK_ATTEMPTS_TO_FINISH: Metric = Metric {
    name: "ruche_task_attempts_to_finish",
    kind: Kind::Histogram,
    unit: Unit::Count,
    labels: &["queue", "task"],
    shown_by: ShownBy::Worker,
    meaning: "Attempts that ended tasks took.",
    buckets: ATTEMPT_BUCKETS,
};

/// Attempts the worker runs at once, at most; queue has all queues it shares them between, joined by commas.
pub const WORKER_SLOTS: Metric = Metric {
    name: "ruche_worker_slots",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue", "worker"],
    shown_by: ShownBy::Worker,
    meaning: "Attempts the worker runs at once, at most; queue has all queues it shares them between, joined by commas.",
    buckets: &[],
};

/// Attempts the worker runs now.
pub const WORKER_SLOTS_BUSY: Metric = Metric {
    name: "ruche_worker_slots_busy",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["queue", "worker"],
    shown_by: ShownBy::Worker,
    meaning: "Attempts the worker runs now.",
    buckets: &[],
};

/// What the worker is; always 1.
pub const WORKER_INFO: Metric = Metric {
    name: "ruche_worker_info",
    kind: Kind::Gauge,
    unit: Unit::Flag,
    labels: &["worker", "version", "queues"],
    shown_by: ShownBy::Worker,
    meaning: "What the worker is; always 1.",
    buckets: &[],
};

/// When the database took the worker's last heartbeat, as the worker knows it.
pub const WORKER_HEARTBEAT: Metric = Metric {
    name: "ruche_worker_heartbeat_timestamp_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &["worker"],
    shown_by: ShownBy::Worker,
    meaning: "When the database took the worker's last heartbeat, as the worker knows it.",
    buckets: &[],
};

/// Tries to deliver an event, by what came of them: delivered, again, gave_up, gone.
pub const WEBHOOK_DELIVERIES: Metric = Metric {
    name: "ruche_webhook_deliveries_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["result"],
    shown_by: ShownBy::Worker,
    meaning: "Tries to deliver an event, by what came of them: delivered, again, gave_up, gone.",
    buckets: &[],
};

/// How long receivers took to answer, or not to.
pub const WEBHOOK_DELIVERY: Metric = Metric {
    name: "ruche_webhook_delivery_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::Worker,
    meaning: "How long receivers took to answer, or not to.",
    buckets: RUN_BUCKETS,
};

pub(super) const ALL: &[&Metric] = &[
    &TASK_ATTEMPTS,
    &TASK_RETRIES,
    &TASKS_DEAD_LETTERED,
    &TASK_QUEUE_WAIT,
    &TASK_RUN_DURATION,
    &TASK_END_TO_END,
    &TASK_ATTEMPTS_TO_FINISH,
    &WORKER_SLOTS,
    &WORKER_SLOTS_BUSY,
    &WORKER_INFO,
    &WORKER_HEARTBEAT,
    &WEBHOOK_DELIVERIES,
    &WEBHOOK_DELIVERY,
];
