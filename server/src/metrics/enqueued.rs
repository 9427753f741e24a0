//! Accepted tasks.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use prometheus::{IntCounterVec, Registry};
use ruche_domain::NewTask;
use ruche_metrics::catalogue::TASKS_ENQUEUED;

/// Most queues told apart: their names are the callers' to invent.
const MOST_QUEUES: usize = 200;

/// What stands for names that are not told apart.
const OTHER: &str = "other";

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
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Batch => "batch",
            Self::Retry => "retry",
            Self::Schedule => "schedule",
        }
    }
}

/// Accepted tasks. Clones count together.
#[derive(Debug, Clone)]
pub struct Enqueued {
    tasks: IntCounterVec,
    queues: Arc<RwLock<HashSet<String>>>,
}

impl Enqueued {
    /// Registers them.
    ///
    /// # Errors
    /// When the registry has metrics of this name already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self { tasks: TASKS_ENQUEUED.counters(registry)?, queues: Arc::default() })
    }

    /// Counts `count` tasks like this one; `registered` says whether its name is.
    pub fn count(&self, task: &NewTask, registered: bool, source: Source, count: u64) {
        let name = if registered { task.name.as_str() } else { OTHER };
        let queue = if self.is_told(task.queue.as_str()) { task.queue.as_str() } else { OTHER };
        self.tasks.with_label_values(&[queue, name, source.as_str()]).inc_by(count);
    }

    fn is_told(&self, queue: &str) -> bool {
        if self.queues.read().unwrap_or_else(PoisonError::into_inner).contains(queue) {
            return true;
        }
        let mut queues = self.queues.write().unwrap_or_else(PoisonError::into_inner);
        queues.len() < MOST_QUEUES && (queues.insert(queue.to_owned()) || queues.contains(queue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_queues_do_not_grow_the_series_without_end() {
        let enqueued = Enqueued::register(&Registry::new()).unwrap();
        assert!((0..MOST_QUEUES).all(|n| enqueued.is_told(&format!("q{n}"))));
        assert!(!enqueued.is_told("one-more"));
        assert!(enqueued.is_told("q0"));
    }
}
