//! What a worker counts. The names are those of the metric catalogue; handles are looked up once per queue and task, not per event.

mod series;

use std::{collections::HashMap, sync::Arc};

use prometheus::{Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, core::Collector};
use ruche_domain::{QueueName, TaskName, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

pub(super) use series::{Recorded, Series};

use super::EngineOptions;

/// Label of queues and task names that this worker does not know: what strangers send must not become label values.
const UNKNOWN: &str = "unknown";

/// Seconds from runnable to start, and from accepted to ended.
const WAIT_BUCKETS: [f64; 15] = [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0];

/// Seconds an attempt ran.
const RUN_BUCKETS: [f64; 15] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0];

/// Attempts a task took.
const ATTEMPT_BUCKETS: [f64; 5] = [1.0, 2.0, 3.0, 5.0, 10.0];

/// The worker's metrics.
pub(super) struct Metrics {
    series: HashMap<QueueName, HashMap<TaskName, Arc<Series>>>,
    unknown: HashMap<QueueName, Arc<Series>>,
    elsewhere: Arc<Series>,
    busy: IntGauge,
    heartbeat: Gauge,
}

/// The families that have a series per queue and task.
struct Families {
    attempts: IntCounterVec,
    retries: IntCounterVec,
    dead_lettered: IntCounterVec,
    queue_wait: HistogramVec,
    run: HistogramVec,
    end_to_end: HistogramVec,
    attempts_to_finish: HistogramVec,
}

/// A taken slot; given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    busy: IntGauge,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.busy.dec();
    }
}

impl Metrics {
    /// Registers the metrics, with a series at zero for each of the worker's queues and tasks.
    pub(super) fn register<'a>(
        registry: &prometheus::Registry,
        options: &EngineOptions,
        tasks: impl Iterator<Item = &'a TaskName>,
    ) -> Result<Self, prometheus::Error> {
        let families = Families::register(registry)?;
        let tasks: Vec<&TaskName> = tasks.collect();
        let of_queue = |queue: &QueueName| {
            let of_task = |task: &&TaskName| ((*task).clone(), Arc::new(families.series(queue.as_str(), task.as_str())));
            (queue.clone(), tasks.iter().map(of_task).collect())
        };
        let unknown = |queue: &QueueName| (queue.clone(), Arc::new(families.series(queue.as_str(), UNKNOWN)));
        Ok(Self {
            series: options.queues.iter().map(of_queue).collect(),
            unknown: options.queues.iter().map(unknown).collect(),
            elsewhere: Arc::new(families.series(UNKNOWN, UNKNOWN)),
            busy: slots(registry, options)?,
            heartbeat: heartbeat(registry, options)?,
        })
    }

    /// The handles for a task's events.
    pub(super) fn series(&self, queue: &QueueName, task: &TaskName) -> Arc<Series> {
        let known = self.series.get(queue).and_then(|tasks| tasks.get(task));
        Arc::clone(known.or_else(|| self.unknown.get(queue)).unwrap_or(&self.elsewhere))
    }

    /// Counts a permit as a busy slot for as long as it is held.
    pub(super) fn slot(&self, permit: OwnedSemaphorePermit) -> Slot {
        self.busy.inc();
        Slot { busy: self.busy.clone(), _permit: permit }
    }

    /// The store took a heartbeat.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 53 bits for ages")]
    pub(super) fn heartbeat(&self, at: Timestamp) {
        self.heartbeat.set(at.timestamp_millis() as f64 / 1_000.0);
    }
}

impl Families {
    fn register(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str, labels: &[&str]| {
            IntCounterVec::new(Opts::new(name, help), labels).and_then(|family| added(registry, family))
        };
        let histogram = |name: &str, help: &str, labels: &[&str], buckets: &[f64]| {
            let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            HistogramVec::new(options, labels).and_then(|family| added(registry, family))
        };
        let (task, outcome, reason) = (["queue", "task"], ["queue", "task", "outcome"], ["queue", "task", "reason"]);
        Ok(Self {
            attempts: counter(
                "ruche_task_attempts_total",
                "Attempts ended, by how; final if the task ended with them",
                &["queue", "task", "outcome", "final"],
            )?,
            retries: counter("ruche_task_retries_scheduled_total", "Attempts that will be followed by another", &reason)?,
            dead_lettered: counter("ruche_tasks_dead_lettered_total", "Tasks that failed for good", &reason)?,
            queue_wait: histogram("ruche_task_queue_wait_seconds", "From runnable to started", &task, &WAIT_BUCKETS)?,
            run: histogram("ruche_task_run_duration_seconds", "How long attempts ran", &outcome, &RUN_BUCKETS)?,
            end_to_end: histogram("ruche_task_end_to_end_seconds", "From accepted to ended", &task, &WAIT_BUCKETS)?,
            attempts_to_finish: histogram("ruche_task_attempts_to_finish", "Attempts ended tasks took", &task, &ATTEMPT_BUCKETS)?,
        })
    }
}

fn slots(registry: &prometheus::Registry, options: &EngineOptions) -> Result<IntGauge, prometheus::Error> {
    let labels = [&joined(&options.queues), options.name.as_str()];
    let gauge = |name: &str, help: &str| {
        IntGaugeVec::new(Opts::new(name, help), &["queue", "worker"]).and_then(|family| added(registry, family))
    };
    let all = gauge("ruche_worker_slots", "Attempts the worker runs at once, at most; queues it shares them between")?;
    all.with_label_values(&labels).set(i64::try_from(options.concurrency).unwrap_or(i64::MAX));
    Ok(gauge("ruche_worker_slots_busy", "Attempts the worker runs now")?.with_label_values(&labels))
}

fn heartbeat(registry: &prometheus::Registry, options: &EngineOptions) -> Result<Gauge, prometheus::Error> {
    let info = Opts::new("ruche_worker_info", "What the worker is; always 1");
    let info = added(registry, IntGaugeVec::new(info, &["worker", "version", "queues"])?)?;
    info.with_label_values(&[options.name.as_str(), env!("CARGO_PKG_VERSION"), &joined(&options.queues)]).set(1);
    let last = Opts::new("ruche_worker_heartbeat_timestamp_seconds", "When the database took the last heartbeat");
    Ok(added(registry, GaugeVec::new(last, &["worker"])?)?.with_label_values(&[options.name.as_str()]))
}

fn joined(queues: &[QueueName]) -> String {
    queues.iter().map(QueueName::as_str).collect::<Vec<_>>().join(",")
}

fn added<F: Collector + Clone + 'static>(registry: &prometheus::Registry, family: F) -> Result<F, prometheus::Error> {
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

#[cfg(test)]
mod tests;
