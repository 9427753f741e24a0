//! What the maintenance duties did.

use prometheus::{IntCounter, Registry};
use ruche_metrics::catalogue::{SCHEDULE_TICKS, TASKS_EXPIRED, TASKS_RESCUED};

/// What the maintenance duties did. Clones count together.
#[derive(Debug, Clone)]
pub struct Maintained {
    /// Tasks queued again after their lease ran out.
    pub rescued: IntCounter,
    /// Tasks past their expiry.
    pub expired: IntCounter,
    enqueued: IntCounter,
    passed: IntCounter,
}

impl Maintained {
    /// Registers them.
    ///
    /// # Errors
    /// When the registry has metrics of these names already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let ticks = SCHEDULE_TICKS.counters(registry)?;
        Ok(Self {
            rescued: TASKS_RESCUED.counter(registry)?,
            expired: TASKS_EXPIRED.counter(registry)?,
            enqueued: ticks.with_label_values(&["enqueued"]),
            passed: ticks.with_label_values(&["passed"]),
        })
    }

    /// Counts a round of due schedules: so many were decided, and so many tasks made.
    pub fn count_ticks(&self, decided: u32, made: usize) {
        self.enqueued.inc_by(made as u64);
        self.passed.inc_by(u64::from(decided).saturating_sub(made as u64));
    }
}
