//! What libraries show in every process of Ruche: autometrics about functions, and the process's own figures.

use crate::{Kind, Metric, ShownBy, Unit};

/// autometrics' own.
const FUNCTION_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Calls of API handlers, task executions and store transactions (autometrics). The result is empty for functions that cannot fail: never filter a denominator by it.
pub const FUNCTION_CALLS: Metric = Metric {
    name: "function_calls_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[
        "function",
        "module",
        "service_name",
        "caller_function",
        "caller_module",
        "result",
        "ok",
        "error",
        "objective_name",
        "objective_percentile",
    ],
    shown_by: ShownBy::All,
    meaning: "Calls of API handlers, task executions and store transactions (autometrics). The result is empty for functions that cannot fail: never filter a denominator by it.",
    buckets: &[],
};

/// How long these calls took (autometrics).
pub const FUNCTION_CALLS_DURATION: Metric = Metric {
    name: "function_calls_duration_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    labels: &["function", "module", "service_name", "objective_name", "objective_percentile", "objective_latency_threshold"],
    shown_by: ShownBy::All,
    meaning: "How long these calls took (autometrics).",
    buckets: FUNCTION_BUCKETS,
};

/// Which program the functions belong to (autometrics); always 1.
pub const FUNCTION_BUILD_INFO: Metric = Metric {
    name: "build_info",
    kind: Kind::Gauge,
    unit: Unit::Flag,
    labels: &["commit", "version", "branch", "service_name", "repository_url", "repository_provider", "autometrics_version"],
    shown_by: ShownBy::All,
    meaning: "Which program the functions belong to (autometrics); always 1.",
    buckets: &[],
};

/// CPU time the process used.
pub const PROCESS_CPU: Metric = Metric {
    name: "process_cpu_seconds_total",
    kind: Kind::Counter,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "CPU time the process used.",
    buckets: &[],
};

/// Memory the process holds.
pub const PROCESS_MEMORY: Metric = Metric {
    name: "process_resident_memory_bytes",
    kind: Kind::Gauge,
    unit: Unit::Bytes,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Memory the process holds.",
    buckets: &[],
};

/// Address space of the process.
pub const PROCESS_VIRTUAL_MEMORY: Metric = Metric {
    name: "process_virtual_memory_bytes",
    kind: Kind::Gauge,
    unit: Unit::Bytes,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Address space of the process.",
    buckets: &[],
};

/// Open files and sockets of the process.
pub const PROCESS_FDS: Metric = Metric {
    name: "process_open_fds",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Open files and sockets of the process.",
    buckets: &[],
};

/// Most files and sockets the process may open.
pub const PROCESS_MAX_FDS: Metric = Metric {
    name: "process_max_fds",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Most files and sockets the process may open.",
    buckets: &[],
};

/// When the process started.
pub const PROCESS_START: Metric = Metric {
    name: "process_start_time_seconds",
    kind: Kind::Gauge,
    unit: Unit::Seconds,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "When the process started.",
    buckets: &[],
};

/// Threads of the process.
pub const PROCESS_THREADS: Metric = Metric {
    name: "process_threads",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Threads of the process.",
    buckets: &[],
};

pub(super) const ALL: &[&Metric] = &[
    &FUNCTION_CALLS,
    &FUNCTION_CALLS_DURATION,
    &FUNCTION_BUILD_INFO,
    &PROCESS_CPU,
    &PROCESS_MEMORY,
    &PROCESS_VIRTUAL_MEMORY,
    &PROCESS_FDS,
    &PROCESS_MAX_FDS,
    &PROCESS_START,
    &PROCESS_THREADS,
];
