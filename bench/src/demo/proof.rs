//! Holds the receiver's own log against what the API says.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    api::{Api, Task},
    demo::{
        orders::Order,
        receiver::{Delivery, Manner, Receiver},
        retry_policy,
    },
    latency::Latencies,
};

/// Scheduling, a loaded machine, and the wait for a slot may add this much to a wait.
const SLACK: Duration = Duration::from_secs(20);

/// # Errors
/// When anything is not as promised; the message says what.
pub async fn check(
    api: &Api,
    orders: &[Order],
    ids: &[String],
    tasks: &[Task],
    receiver: &Receiver,
    settled: Duration,
) -> Result<()> {
    let log = receiver.log();
    let unique: HashSet<&String> = ids.iter().collect();
    ensure!(unique.len() == orders.len(), "{} ids for {} orders", unique.len(), orders.len());
    let recorded: HashMap<&str, &Task> = tasks.iter().map(|task| (task.id.as_str(), task)).collect();
    ensure!(tasks.len() == orders.len() && recorded.len() == orders.len(), "the API lists {} tasks", tasks.len());
    ensure!(log.iter().all(|delivery| delivery.signed), "a signature does not verify");

    let mut by_order: HashMap<&str, Vec<&Delivery>> = HashMap::new();
    for delivery in &log {
        by_order.entry(&delivery.order_id).or_default().push(delivery);
    }
    let mut manners: BTreeMap<Manner, usize> = BTreeMap::new();
    let mut dead = 0;
    for (order, id) in orders.iter().zip(ids) {
        let manner = Manner::of(&order.order_id);
        *manners.entry(manner).or_default() += 1;
        let deliveries = by_order.get(order.order_id.as_str()).map_or(&[][..], Vec::as_slice);
        let task = recorded.get(id.as_str()).with_context(|| format!("task {id} is gone"))?;
        let place = || format!("order {} ({manner:?}), task {id}", order.order_id);
        check_order(manner, deliveries, task).with_context(place)?;
        check_backoff(api, manner, task).await.with_context(place)?;
        dead += usize::from(task.state == "failed");
    }
    report(tasks, &manners, log.len(), dead, settled);
    Ok(())
}

fn check_order(manner: Manner, deliveries: &[&Delivery], task: &Task) -> Result<()> {
    ensure!(deliveries.iter().all(|delivery| delivery.webhook_id == task.id), "the webhook's id is not the task's");
    let taken = deliveries.iter().filter(|delivery| delivery.taken).count();
    let expected = match manner.failures() {
        Some(failures) => {
            ensure!(taken == 1, "taken {taken} times");
            ensure!(task.state == "succeeded", "recorded as {}", task.state);
            failures + 1
        }
        None => {
            ensure!(taken == 0 && task.state == "failed", "recorded as {}, taken {taken} times", task.state);
            let kind = task.failure.as_ref().map(|failure| failure["kind"].clone());
            ensure!(kind == Some("http_status".into()), "dead for the reason {kind:?}");
            if manner == Manner::Refuses { 1 } else { retry_policy().max_attempts() as usize }
        }
    };
    ensure!(deliveries.len() == expected, "delivered {} times instead of {expected}", deliveries.len());
    ensure!(task.attempt as usize == expected, "attempt {} recorded, {expected} delivered", task.attempt);
    Ok(())
}

/// The waits between attempts, as the workers recorded them.
async fn check_backoff(api: &Api, manner: Manner, task: &Task) -> Result<()> {
    if task.attempt < 2 {
        return Ok(());
    }
    let attempts: Vec<Attempt> =
        serde_json::from_value(api.get(&format!("/api/v1/tasks/{}/attempts", task.id)).await?["data"].take())?;
    ensure!(attempts.len() == task.attempt as usize, "{} attempts are recorded", attempts.len());
    for pair in attempts.windows(2) {
        let ended = pair[0].finished_at.context("an earlier attempt has no end")?;
        let wait = (pair[1].started_at - ended).to_std().context("an attempt began before the one before it ended")?;
        let (shortest, longest) = match manner {
            Manner::BusyOnce => (Duration::from_secs(1), Duration::from_secs(1)),
            _ => retry_policy().bounds(pair[0].attempt),
        };
        // Ends are recorded a moment before the wait is drawn.
        ensure!(wait + Duration::from_millis(5) >= shortest, "tried again after {wait:?}, before {shortest:?}");
        ensure!(wait <= longest + SLACK, "tried again after {wait:?}, long after {longest:?}");
    }
    Ok(())
}

#[derive(Deserialize)]
struct Attempt {
    attempt: u32,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

fn report(tasks: &[Task], manners: &BTreeMap<Manner, usize>, deliveries: usize, dead: usize, settled: Duration) {
    let mut latencies: Latencies = tasks
        .iter()
        .filter(|task| task.state == "succeeded" && task.attempt == 1)
        .filter_map(|task| (task.finished_at? - task.created_at).to_std().ok())
        .collect();
    let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| latencies.percentile_ms(percent));
    println!("every order is accounted for: {} delivered once, {dead} dead letters with their reason", tasks.len() - dead);
    println!("  receiver's manners: {manners:?}");
    println!("  {deliveries} deliveries, all signatures verify, no order taken twice, retries kept their backoff");
    println!(
        "  {:.0} tasks/s until all was settled ({:.1} s)",
        tasks.len() as f64 / settled.as_secs_f64(),
        settled.as_secs_f64()
    );
    println!("  accepted to delivered, first attempts: p50 {p50:.0} ms, p95 {p95:.0} ms, p99 {p99:.0} ms");
}
