//! Tasks that a server ended because their worker fell silent: no worker counts them.

use prometheus::{IntCounterVec, Registry};
use ruche_domain::TaskState;
use ruche_metrics::catalogue::{TASK_ATTEMPTS, TASKS_DEAD_LETTERED};
use ruche_store::Ended;

use super::names::Names;

/// The server's part of the counts; workers have the other.
const BY: &str = "server";

/// Tasks that ended with a lost attempt. Clones count together.
#[derive(Debug, Clone)]
pub struct Lost {
    attempts: IntCounterVec,
    dead_letters: IntCounterVec,
    pub(super) queues: Names,
    tasks: Names,
}

impl Lost {
    /// Registers them.
    ///
    /// # Errors
    /// When the registry has the server's part already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            attempts: TASK_ATTEMPTS.counters_by(BY, registry)?,
            dead_letters: TASKS_DEAD_LETTERED.counters_by(BY, registry)?,
            queues: Names::default(),
            tasks: Names::default(),
        })
    }

    /// Makes the series of tasks that were accepted, so that the first loss shows as a rise. Takes labels, not names.
    pub(super) fn begin(&self, queue: &str, task: &str) {
        self.attempts.with_label_values(&[queue, task, "lost", "true"]);
        self.dead_letters.with_label_values(&[queue, task, "lost"]);
    }

    /// Counts a task that ended with a lost attempt.
    pub fn count(&self, ended: &Ended) {
        let (queue, task) = (self.queues.label(ended.queue.as_str()), self.tasks.label(ended.name.as_str()));
        if ended.state == TaskState::Cancelled {
            self.attempts.with_label_values(&[queue, task, "cancelled", "true"]).inc();
        } else {
            self.attempts.with_label_values(&[queue, task, "lost", "true"]).inc();
            self.dead_letters.with_label_values(&[queue, task, "lost"]).inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use prometheus::TextEncoder;

    use super::*;

    fn ended(state: TaskState) -> Ended {
        Ended { name: "report".parse().unwrap(), queue: "default".parse().unwrap(), state }
    }

    #[test]
    fn a_lost_last_attempt_is_a_dead_letter_and_one_that_was_to_stop_is_not() {
        let registry = Registry::new();
        let lost = Lost::register(&registry).unwrap();
        // In one process the worker registers its part beside it.
        TASKS_DEAD_LETTERED.counters_by("worker", &registry).unwrap().with_label_values(&["default", "report", "error"]);
        lost.begin("default", "report");
        let page = || TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        let dead = r#"ruche_tasks_dead_lettered_total{by="server",queue="default",reason="lost",task="report"}"#;
        assert!(page().contains(&format!("{dead} 0")), "{}", page());
        lost.count(&ended(TaskState::Failed));
        lost.count(&ended(TaskState::Cancelled));
        let page = page();
        let attempts = |outcome: &str| {
            format!(
                r#"ruche_task_attempts_total{{by="server",final="true",outcome="{outcome}",queue="default",task="report"}} 1"#
            )
        };
        assert!(page.contains(&format!("{dead} 1")), "{page}");
        assert!(page.contains(&attempts("lost")) && page.contains(&attempts("cancelled")), "{page}");
        assert_eq!(page.matches("# TYPE ruche_tasks_dead_lettered_total").count(), 1);
    }
}
