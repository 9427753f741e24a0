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

/// Tasks accepted; source is api (workflows too), batch, retry (by hand, operations, replays), schedule or webhook (deliveries).
pub const TASKS_ENQUEUED: Metric = Metric {
    name: "ruche_tasks_enqueued_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &["queue", "task", "source"],
    shown_by: ShownBy::Server,
    meaning: "Tasks accepted; source is api (workflows too), batch, retry (by hand, operations, replays), schedule or webhook (deliveries).",
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
    &PUBLISH_CONFIRM,
    &PUBLISH_FAILURES,
    &SCHEDULE_TICKS,
    &TASKS_RESCUED,
    &TASKS_EXPIRED,
    &DB_PING,
];
