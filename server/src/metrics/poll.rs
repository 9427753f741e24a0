//! Gauges that the database is asked for now and then. Every replica shows the same numbers: aggregate them with `max`, not `sum`.

use std::{collections::HashSet, sync::Mutex, time::Duration};

use prometheus::{Gauge, GaugeVec, IntGauge, IntGaugeVec, Opts, Registry};
use ruche_domain::Timestamp;
use ruche_store::{QueueView, StoreError};

use super::registered;
use crate::state::Shared;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(15);

/// How often the task definitions are looked at, in rounds.
const DEFINITIONS_EVERY: u32 = 2;

/// Most queues shown.
const MOST_QUEUES: usize = 200;

/// The gauges.
pub(super) struct Polled {
    tasks: IntGaugeVec,
    oldest_waiting: GaugeVec,
    oldest_running: GaugeVec,
    outbox_pending: IntGauge,
    outbox_age: Gauge,
    schedule_lag: Gauge,
    polled_at: Gauge,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    states: HashSet<[String; 2]>,
    waiting: HashSet<String>,
    running: HashSet<String>,
}

impl Polled {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let by_queue = |name: &str, help: &str| registered(registry, GaugeVec::new(Opts::new(name, help), &["queue"])?);
        let plain = |name: &str, help: &str| registered(registry, Gauge::new(name, help)?);
        let tasks = Opts::new("ruche_tasks", "Tasks that have not ended. Take the max over replicas.");
        Ok(Self {
            tasks: registered(registry, IntGaugeVec::new(tasks, &["queue", "state"])?)?,
            oldest_waiting: by_queue(
                "ruche_oldest_waiting_task_age_seconds",
                "How long the longest waiting runnable task waits.",
            )?,
            oldest_running: by_queue("ruche_oldest_running_task_age_seconds", "How long the longest running task runs.")?,
            outbox_pending: registered(
                registry,
                IntGauge::new("ruche_outbox_pending", "Batches of tasks committed and not confirmed by the broker.")?,
            )?,
            outbox_age: plain("ruche_outbox_oldest_age_seconds", "How long the oldest of them waits.")?,
            schedule_lag: plain(
                "ruche_schedule_lag_seconds",
                "How long the longest due tick of a schedule waits to be decided.",
            )?,
            polled_at: plain("ruche_metrics_poll_timestamp_seconds", "When the database was last asked for these gauges.")?,
            shown: Mutex::default(),
        })
    }

    fn show(&self, queues: &[QueueView], outbox: (u64, Option<Timestamp>), now: Timestamp) {
        let mut next = Shown::default();
        for queue in queues.iter().take(MOST_QUEUES) {
            let name = queue.name.as_str();
            for (state, count) in &queue.live {
                self.tasks.with_label_values(&[name, state.as_str()]).set(i64::try_from(*count).unwrap_or(i64::MAX));
                next.states.insert([name.to_owned(), state.as_str().to_owned()]);
            }
            if let Some(since) = queue.oldest_queued_at {
                self.oldest_waiting.with_label_values(&[name]).set(age(since, now));
                next.waiting.insert(name.to_owned());
            }
            if let Some(since) = queue.oldest_started_at {
                self.oldest_running.with_label_values(&[name]).set(age(since, now));
                next.running.insert(name.to_owned());
            }
        }
        self.forget(next);
        self.outbox_pending.set(i64::try_from(outbox.0).unwrap_or(i64::MAX));
        self.outbox_age.set(outbox.1.map_or(0.0, |since| age(since, now)));
        self.polled_at.set(seconds(now));
    }

    /// Takes away what was shown before and is no more: an error means that it is gone already.
    fn forget(&self, next: Shown) {
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for [queue, state] in shown.states.difference(&next.states) {
            drop(self.tasks.remove_label_values(&[queue.as_str(), state.as_str()]));
        }
        for queue in shown.waiting.difference(&next.waiting) {
            drop(self.oldest_waiting.remove_label_values(&[queue.as_str()]));
        }
        for queue in shown.running.difference(&next.running) {
            drop(self.oldest_running.remove_label_values(&[queue.as_str()]));
        }
        *shown = next;
    }
}

/// Asks the database every 15 s, until shutdown; and every 30 s for the task definitions, should a notice of them be lost.
pub async fn poll(shared: Shared) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut round = 0u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = shared.shutdown.cancelled() => return,
        }
        if let Err(error) = once(&shared, round.is_multiple_of(DEFINITIONS_EVERY)).await {
            tracing::debug!(%error, "couldn't ask the database for the metrics");
        }
        round = round.wrapping_add(1);
    }
}

async fn once(shared: &Shared, definitions: bool) -> Result<(), StoreError> {
    if definitions {
        shared.definitions.refresh().await?;
    }
    let queues = shared.store.queues().await?;
    let outbox = shared.store.outbox_backlog().await?;
    let (due, now) = (shared.store.next_tick_due().await?, shared.clock.now());
    shared.metrics.polled.show(&queues, outbox, now);
    shared.history.looked(&queues, now);
    shared.metrics.polled.schedule_lag.set(due.map_or(0.0, |due| age(due, now)));
    Ok(())
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
    use chrono::{DateTime, TimeDelta};
    use ruche_domain::{QueueName, TaskState};

    use super::*;

    #[test]
    fn what_is_gone_is_no_longer_shown() {
        let registry = Registry::new();
        let polled = Polled::register(&registry).unwrap();
        let now = DateTime::from_timestamp(1_000, 0).unwrap();
        let queue = QueueView {
            name: QueueName::default_queue(),
            live: vec![(TaskState::Queued, 3)],
            oldest_queued_at: Some(now - TimeDelta::seconds(7)),
            oldest_started_at: None,
        };
        polled.show(&[queue], (2, Some(now)), now);
        let text = || prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        assert!(text().contains(r#"ruche_tasks{queue="default",state="queued"} 3"#), "{}", text());
        assert!(text().contains(r#"ruche_oldest_waiting_task_age_seconds{queue="default"} 7"#), "{}", text());
        polled.show(&[], (0, None), now);
        assert!(!text().contains("queue=\"default\""), "{}", text());
    }
}
