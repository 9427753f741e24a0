//! W5: keyed limits and fairness with short tasks. The receiver of their requests sees by its own clock what runs.

mod holder;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    stack::{Settings, Stack},
    table::Table,
};

pub use holder::{Holder, Span};

/// The limited queue, which the worker must serve.
const QUEUE: &str = "limited";

/// Tasks that run at once, in all and of one key: as many as so many keys may.
const MOST: usize = 16;
const MOST_OF_KEY: usize = 4;
const KEYS: [&str; 4] = ["loud", "b", "c", "d"];

/// How long a task runs, as the receiver holds it.
const HELD: Duration = Duration::from_millis(100);

/// Before what runs is looked at.
const WARM_UP: Duration = Duration::from_secs(2);

/// Tenants with one task, one after the other.
const SMALL: usize = 10;

/// What the stack's processes must be told.
pub fn settings() -> Settings {
    [
        ("RUCHE_TASKS__HTTP__ALLOWED_NETWORKS", "[\"127.0.0.1/32\"]"),
        ("RUCHE_WORKER__QUEUES", "[\"default\",\"limited\"]"),
        ("RUCHE_WORKER__CONCURRENCY", "32"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

fn task(holder: &Holder, key: &str) -> Value {
    let url = format!("{}/{key}", holder.url());
    json!({ "task": "http.request", "queue": QUEUE, "concurrency_key": key, "kwargs": { "method": "GET", "url": url } })
}

/// # Errors
/// When a program does not do its part.
pub async fn measure(name: &str, stack: &Stack, backlog: usize, seconds: u64, table: &mut Table) -> Result<()> {
    let (api, holder) = (stack.api()?, Holder::start(HELD).await?);
    let limits = json!({ "limits": { "max_running": MOST, "per_key": { "max_running": MOST_OF_KEY } } });
    api.patch(&format!("/api/v1/queues/{QUEUE}"), &limits).await?;
    let loud = task(&holder, KEYS[0]);
    let enough = MOST_OF_KEY * 10 * usize::try_from(seconds + 60)?;
    for key in &KEYS[1..] {
        api.batch(&vec![task(&holder, key); enough], None).await?;
    }
    for from in (0..backlog).step_by(10_000) {
        api.batch(&vec![loud.clone(); 10_000.min(backlog - from)], None).await?;
    }
    tokio::time::sleep(WARM_UP).await;
    let from = Instant::now();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let until = Instant::now();
    let mut waits = Vec::new();
    for tenant in 0..SMALL {
        let key = format!("small-{tenant}");
        let asked = Instant::now();
        api.post("/api/v1/tasks", &task(&holder, &key), &[]).await?;
        waits.push(holder.first(&key, Duration::from_secs(30)).await?.saturating_duration_since(asked));
    }
    let left = api.get(&format!("/api/v1/queues/{QUEUE}")).await?["tasks"]["queued"].as_u64().unwrap_or_default();
    api.post(&format!("/api/v1/queues/{QUEUE}/pause"), &json!({}), &[]).await?;
    ensure!(left > 0, "the backlog was too small to measure with");
    tokio::time::sleep(HELD * 3).await;
    report(name, &holder.spans(), (from, until), &mut waits, table);
    Ok(())
}

fn report(name: &str, spans: &[Span], (from, until): (Instant, Instant), waits: &mut [Duration], table: &mut Table) {
    let most = most_at_once(spans.iter());
    let most_of_key = KEYS.iter().map(|key| most_at_once(spans.iter().filter(|span| span.key == *key))).max().unwrap_or(0);
    table.row(
        format!("W5 {name}: most that ran at once"),
        format!("{most} in all, {most_of_key} of a key"),
        format!("<= {MOST} and {MOST_OF_KEY}, from {} tasks' own times", spans.len()),
        Some(most <= MOST && most_of_key <= MOST_OF_KEY),
    );
    let within = |span: &Span| span.end.min(until).saturating_duration_since(span.start.max(from)).as_secs_f64();
    let used = spans.iter().map(within).sum::<f64>() / (MOST as f64 * (until - from).as_secs_f64());
    let between = gaps(spans, from, until);
    table.row(
        format!("W5 {name}: use of the limit, {} ms tasks", HELD.as_millis()),
        format!("{:.1} %, {between:.1} ms between tasks", used * 100.0),
        ">= 90 %".to_owned(),
        Some(used >= 0.9),
    );
    waits.sort_unstable();
    let (median, longest) = (waits[waits.len() / 2].as_secs_f64() * 1e3, waits[waits.len() - 1].as_secs_f64() * 1e3);
    table.row(
        format!("W5 {name}: a tenant's one task behind a large backlog"),
        format!("starts after {median:.0} ms, at most {longest:.0} ms"),
        "<= 500 ms".to_owned(),
        Some(longest <= 500.0),
    );
}

/// The most spans that overlap anywhere.
fn most_at_once<'a>(spans: impl Iterator<Item = &'a Span>) -> usize {
    let mut events: Vec<(Instant, i8)> = spans.flat_map(|span| [(span.start, 1), (span.end, -1)]).collect();
    // One that begins as another ends is not with it.
    events.sort_unstable();
    let (mut now, mut most) = (0_i64, 0);
    for (_, step) in events {
        now += i64::from(step);
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or(0)
}

/// How long a slot stands empty between two tasks, on average, in milliseconds.
fn gaps(spans: &[Span], from: Instant, until: Instant) -> f64 {
    let within: Vec<_> = spans.iter().filter(|span| span.start >= from && span.end <= until).collect();
    let held: f64 = within.iter().map(|span| (span.end - span.start).as_secs_f64()).sum();
    let each = MOST as f64 * (until - from).as_secs_f64();
    (each - held) / within.len().max(1) as f64 * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_counted_and_what_follows_is_not() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let span = |from, to| Span { key: "a".to_owned(), start: at(from), end: at(to) };
        let spans = [span(0, 10), span(10, 20), span(5, 15), span(14, 16)];
        assert_eq!(most_at_once(spans.iter()), 3);
        assert_eq!(most_at_once(spans[..2].iter()), 1);
        assert_eq!(most_at_once([].iter()), 0);
    }
}
