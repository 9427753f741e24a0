//! Accepted tasks.

use prometheus::{IntCounterVec, Registry};
use ruche_domain::NewTask;
use ruche_metrics::catalogue::TASKS_ENQUEUED;

use super::{
    lost::Lost,
    names::{Names, OTHER},
};

/// Where a task came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// One request, one task.
    Api,
    /// A batch.
    Batch,
    /// Retried by hand: one by one, by an operation, or as a group of dead letters.
    Retry,
    /// A schedule: at its tick, run by hand, or backfilled.
    Schedule,
    /// The delivery of an event.
    Webhook,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Batch => "batch",
            Self::Retry => "retry",
            Self::Schedule => "schedule",
            Self::Webhook => "webhook",
        }
    }
}

/// Accepted tasks. Clones count together.
#[derive(Debug, Clone)]
pub struct Enqueued {
    tasks: IntCounterVec,
    queues: Names,
    lost: Lost,
}

impl Enqueued {
    /// Registers them.
    ///
    /// # Errors
    /// When the registry has metrics of this name already.
    pub fn register(registry: &Registry, lost: Lost) -> Result<Self, prometheus::Error> {
        Ok(Self { tasks: TASKS_ENQUEUED.counters(registry)?, queues: lost.queues.clone(), lost })
    }

    /// Counts `count` tasks like this one; `registered` says whether its name is.
    pub fn count(&self, task: &NewTask, registered: bool, source: Source, count: u64) {
        let name = if registered { task.name.as_str() } else { OTHER };
        let queue = self.queues.label(task.queue.as_str());
        let accepted = self.tasks.with_label_values(&[queue, name, source.as_str()]);
        if accepted.get() == 0 {
            self.lost.begin(queue, name);
        }
        accepted.inc_by(count);
    }
}
