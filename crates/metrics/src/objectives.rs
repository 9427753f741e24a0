//! What is promised of functions: autometrics puts these on its series as labels, and the rules in
//! `monitoring/prometheus/rules/functions.yml` hold the functions to them.
//!
//! The promises to users (SLOs) are not these: they rest on requests and tasks, see `monitoring/prometheus/rules/slo.yml`.
//! Thresholds are bounds of autometrics' buckets that no version of Prometheus writes in another way: 0.25, never 1 (Prometheus 3
//! makes `1.0` of it in `le`, and the comparison with the label would find nothing). No percentile is below 95: at 90 a fast burn
//! would be more errors than calls.

use autometrics::objectives::{Objective, ObjectiveLatency, ObjectivePercentile};

/// Handlers of the API that answer at once.
pub const API: Objective =
    Objective::new("api").success_rate(ObjectivePercentile::P99_9).latency(ObjectiveLatency::Ms250, ObjectivePercentile::P99);

/// Handlers of the API that may wait because the caller asks them to (`Prefer: wait`), or move as many bytes as there are.
pub const API_WAITING: Objective = Objective::new("api-waiting").success_rate(ObjectivePercentile::P99_9);

/// Running tasks: how long they take is theirs to say.
pub const TASKS: Objective = Objective::new("tasks").success_rate(ObjectivePercentile::P95);

/// Transactions of the store.
pub const STORE: Objective =
    Objective::new("store").success_rate(ObjectivePercentile::P99_9).latency(ObjectiveLatency::Ms250, ObjectivePercentile::P99);
