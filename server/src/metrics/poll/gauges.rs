//! The gauges themselves. What a reading does not have any more is taken away.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;
use prometheus::{Gauge, GaugeVec, IntGauge, IntGaugeVec, Registry};
use ruche_domain::{TaskState, Timestamp};
use ruche_metrics::catalogue::{
    METRICS_POLL, OLDEST_RUNNING, OLDEST_WAITING, OUTBOX_OLDEST_AGE, OUTBOX_PENDING, QUEUE_SLOTS, QUEUE_SLOTS_BUSY,
    QUEUE_WORKERS, SCHEDULE_LAG, TASKS, WORKER_LAST_SEEN,
};
use ruche_store::{QueueView, WorkerView};

/// Most queues, and most workers, shown.
const MOST: usize = 200;

/// A worker silent for longer is no news any more.
pub(super) const SILENT_FOR: TimeDelta = TimeDelta::minutes(15);

/// A worker silent for longer is not counted among those that serve a queue.
const SERVES_FOR: TimeDelta = TimeDelta::minutes(1);

/// States of tasks that have not ended: there at zero for every queue that is shown.
const LIVE: [TaskState; 5] =
    [TaskState::Blocked, TaskState::Scheduled, TaskState::Queued, TaskState::Running, TaskState::Retrying];

/// What the database said.
pub(super) struct Reading<'a> {
    pub(super) queues: &'a [QueueView],
    /// Those heard of within [`SILENT_FOR`].
    pub(super) workers: &'a [WorkerView],
    pub(super) outbox: (u64, Option<Timestamp>),
    /// The next tick of all schedules.
    pub(super) schedules: Option<Timestamp>,
    pub(super) now: Timestamp,
}

/// The gauges.
pub(super) struct Gauges {
    tasks: IntGaugeVec,
    oldest_waiting: GaugeVec,
    oldest_running: GaugeVec,
    workers: IntGaugeVec,
    slots: IntGaugeVec,
    busy: IntGaugeVec,
    last_seen: GaugeVec,
    outbox_pending: IntGauge,
    outbox_age: Gauge,
    schedule_lag: Gauge,
    polled_at: Gauge,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    queues: HashSet<String>,
    workers: HashSet<String>,
}

/// What serves a queue.
#[derive(Default)]
struct Serving {
    workers: i64,
    slots: i64,
    busy: i64,
}

impl Gauges {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            tasks: TASKS.int_gauges(registry)?,
            oldest_waiting: OLDEST_WAITING.gauges(registry)?,
            oldest_running: OLDEST_RUNNING.gauges(registry)?,
            workers: QUEUE_WORKERS.int_gauges(registry)?,
            slots: QUEUE_SLOTS.int_gauges(registry)?,
            busy: QUEUE_SLOTS_BUSY.int_gauges(registry)?,
            last_seen: WORKER_LAST_SEEN.gauges(registry)?,
            outbox_pending: OUTBOX_PENDING.int_gauge(registry)?,
            outbox_age: OUTBOX_OLDEST_AGE.gauge(registry)?,
            schedule_lag: SCHEDULE_LAG.gauge(registry)?,
            polled_at: METRICS_POLL.gauge(registry)?,
            shown: Mutex::default(),
        })
    }

    pub(super) fn show(&self, reading: &Reading<'_>) {
        let now = reading.now;
        let serving = serving(reading);
        let views: BTreeMap<&str, &QueueView> = reading.queues.iter().map(|queue| (queue.name.as_str(), queue)).collect();
        // Queues with tasks come first, should there be too many.
        let mut next = Shown::default();
        for name in views.keys().chain(serving.keys()).copied() {
            if next.queues.len() < MOST && next.queues.insert(name.to_owned()) {
                self.show_queue(name, views.get(name).copied(), serving.get(name), now);
            }
        }
        for worker in reading.workers.iter().take(MOST) {
            let name = worker.heartbeat.name.as_str();
            self.last_seen.with_label_values(&[name]).set(age(worker.seen_at, now));
            next.workers.insert(name.to_owned());
        }
        self.forget(next);
        self.outbox_pending.set(whole(reading.outbox.0));
        self.outbox_age.set(reading.outbox.1.map_or(0.0, |since| age(since, now)));
        self.schedule_lag.set(reading.schedules.map_or(0.0, |due| age(due, now)));
        self.polled_at.set(seconds(now));
    }

    fn show_queue(&self, name: &str, view: Option<&QueueView>, serving: Option<&Serving>, now: Timestamp) {
        for state in LIVE {
            let live = view.and_then(|view| view.live.iter().find(|(of, _)| *of == state));
            self.tasks.with_label_values(&[name, state.as_str()]).set(live.map_or(0, |(_, count)| whole(*count)));
        }
        let since = |at: Option<Timestamp>| at.map_or(0.0, |since| age(since, now));
        self.oldest_waiting.with_label_values(&[name]).set(since(view.and_then(|view| view.oldest_queued_at)));
        self.oldest_running.with_label_values(&[name]).set(since(view.and_then(|view| view.oldest_started_at)));
        let none = Serving::default();
        let Serving { workers, slots, busy } = serving.unwrap_or(&none);
        self.workers.with_label_values(&[name]).set(*workers);
        self.slots.with_label_values(&[name]).set(*slots);
        self.busy.with_label_values(&[name]).set(*busy);
    }

    /// Takes away what was shown before and is no more: an error means that it is gone already.
    fn forget(&self, next: Shown) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for queue in shown.queues.difference(&next.queues) {
            let queue = queue.as_str();
            for state in LIVE {
                drop(self.tasks.remove_label_values(&[queue, state.as_str()]));
            }
            for gauges in [&self.oldest_waiting, &self.oldest_running] {
                drop(gauges.remove_label_values(&[queue]));
            }
            for gauges in [&self.workers, &self.slots, &self.busy] {
                drop(gauges.remove_label_values(&[queue]));
            }
        }
        for worker in shown.workers.difference(&next.workers) {
            drop(self.last_seen.remove_label_values(&[worker.as_str()]));
        }
        *shown = next;
    }
}

/// Live workers by queue. A worker shares its slots between its queues, so each queue has all of them.
fn serving<'a>(reading: &Reading<'a>) -> BTreeMap<&'a str, Serving> {
    let mut serving: BTreeMap<&str, Serving> = BTreeMap::new();
    for worker in reading.workers {
        let (heartbeat, lives) = (&worker.heartbeat, worker.seen_at >= reading.now - SERVES_FOR);
        for queue in heartbeat.queues.iter().collect::<BTreeSet<_>>() {
            // Known even when nobody serves it any more.
            let queue = serving.entry(queue.as_str()).or_default();
            if lives && !heartbeat.draining {
                queue.workers += 1;
                queue.slots += i64::from(heartbeat.slots);
                queue.busy += i64::from(heartbeat.busy);
            }
        }
    }
    serving
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn age(since: Timestamp, now: Timestamp) -> f64 {
    (now - since).as_seconds_f64().max(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 fit a double's 53 bits until the year 2255")]
fn seconds(at: Timestamp) -> f64 {
    at.timestamp_micros() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use ruche_domain::{QueueName, WorkerName};
    use ruche_store::WorkerHeartbeat;

    use super::*;

    fn now() -> Timestamp {
        DateTime::from_timestamp(10_000, 0).unwrap()
    }

    fn worker(name: &str, silent: i64, draining: bool) -> WorkerView {
        let heartbeat = WorkerHeartbeat {
            name: WorkerName::new(name).unwrap(),
            queues: vec![QueueName::default_queue(), QueueName::webhooks()],
            tasks: Vec::new(),
            slots: 8,
            busy: 3,
            version: String::new(),
            started_at: now(),
            draining,
        };
        WorkerView { heartbeat, seen_at: now() - TimeDelta::seconds(silent) }
    }

    fn text(registry: &Registry) -> String {
        prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    fn shown(gauges: &Gauges, queues: &[QueueView], workers: &[WorkerView]) {
        gauges.show(&Reading { queues, workers, outbox: (0, None), schedules: None, now: now() });
    }

    #[test]
    fn what_is_gone_is_no_longer_shown() {
        let registry = Registry::new();
        let gauges = Gauges::register(&registry).unwrap();
        let queue = QueueView {
            name: QueueName::default_queue(),
            live: vec![(TaskState::Queued, 3)],
            oldest_queued_at: Some(now() - TimeDelta::seconds(7)),
            oldest_started_at: None,
        };
        shown(&gauges, &[queue], &[]);
        let before = text(&registry);
        for line in [
            r#"ruche_tasks{queue="default",state="queued"} 3"#,
            r#"ruche_tasks{queue="default",state="retrying"} 0"#,
            r#"ruche_oldest_waiting_task_age_seconds{queue="default"} 7"#,
            r#"ruche_oldest_running_task_age_seconds{queue="default"} 0"#,
            r#"ruche_queue_workers{queue="default"} 0"#,
        ] {
            assert!(before.contains(line), "{line}\n{before}");
        }
        shown(&gauges, &[], &[]);
        assert!(!text(&registry).contains("queue=\"default\""), "{}", text(&registry));
    }

    #[test]
    fn workers_that_drain_or_are_silent_serve_no_queue_and_are_still_known() {
        let registry = Registry::new();
        let gauges = Gauges::register(&registry).unwrap();
        shown(&gauges, &[], &[worker("ruche@a", 5, false), worker("ruche@b", 70, false), worker("ruche@c", 5, true)]);
        let text = text(&registry);
        for line in [
            r#"ruche_queue_workers{queue="webhooks"} 1"#,
            r#"ruche_queue_slots{queue="webhooks"} 8"#,
            r#"ruche_queue_slots_busy{queue="webhooks"} 3"#,
            r#"ruche_tasks{queue="webhooks",state="queued"} 0"#,
            r#"ruche_worker_last_seen_age_seconds{worker="ruche@b"} 70"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
