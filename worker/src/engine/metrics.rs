//! What a worker counts. The names are those of the metric catalogue; handles are looked up once per queue and task, not per event.

mod series;

use std::{collections::HashMap, sync::Arc};

use prometheus::{Gauge, HistogramVec, IntCounterVec, IntGauge};
use ruche_domain::{QueueName, TaskName, Timestamp};
use ruche_metrics::catalogue::{
    TASK_ATTEMPTS, TASK_ATTEMPTS_TO_FINISH, TASK_END_TO_END, TASK_QUEUE_WAIT, TASK_RETRIES, TASK_RUN_DURATION,
    TASKS_DEAD_LETTERED, WORKER_HEARTBEAT, WORKER_INFO, WORKER_SLOTS, WORKER_SLOTS_BUSY,
};
use tokio::sync::OwnedSemaphorePermit;

pub(super) use series::{Recorded, Series};

use super::EngineOptions;

/// Label of queues and task names that this worker does not know: what strangers send must not become label values.
const UNKNOWN: &str = "unknown";

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
        Ok(Self {
            attempts: TASK_ATTEMPTS.counters_by("worker", registry)?,
            retries: TASK_RETRIES.counters(registry)?,
            dead_lettered: TASKS_DEAD_LETTERED.counters_by("worker", registry)?,
            queue_wait: TASK_QUEUE_WAIT.histograms(registry)?,
            run: TASK_RUN_DURATION.histograms(registry)?,
            end_to_end: TASK_END_TO_END.histograms(registry)?,
            attempts_to_finish: TASK_ATTEMPTS_TO_FINISH.histograms(registry)?,
        })
    }
}

fn slots(registry: &prometheus::Registry, options: &EngineOptions) -> Result<IntGauge, prometheus::Error> {
    let labels = [&joined(&options.queues), options.name.as_str()];
    let all = WORKER_SLOTS.int_gauges(registry)?;
    all.with_label_values(&labels).set(i64::try_from(options.concurrency).unwrap_or(i64::MAX));
    Ok(WORKER_SLOTS_BUSY.int_gauges(registry)?.with_label_values(&labels))
}

fn heartbeat(registry: &prometheus::Registry, options: &EngineOptions) -> Result<Gauge, prometheus::Error> {
    let info = WORKER_INFO.int_gauges(registry)?;
    info.with_label_values(&[options.name.as_str(), env!("CARGO_PKG_VERSION"), &joined(&options.queues)]).set(1);
    Ok(WORKER_HEARTBEAT.gauges(registry)?.with_label_values(&[options.name.as_str()]))
}

fn joined(queues: &[QueueName]) -> String {
    queues.iter().map(QueueName::as_str).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
