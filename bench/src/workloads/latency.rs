//! W2: 100 tasks a second, open loop; from sending the request to the answer that the outcome is recorded.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::Limits;
use crate::{api::Api, latency::Latencies, stack::Stack, table::Table};

const RATE: u64 = 100;

/// Percentiles, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub p50_ms: f64,
    pub p99_ms: f64,
}

pub async fn measure(name: &str, stack: &Stack, seconds: u64, limits: &Limits, table: &mut Table) -> Result<Measured> {
    let start = Instant::now();
    let measured = sample(&stack.api()?, async || Ok(start.elapsed().as_secs() >= seconds)).await?;
    let Measured { p50_ms: p50, p99_ms: p99 } = measured;
    let commits = format!("<= 5 ms; {:.1} x two bare durable commits", p50 / (2.0 * limits.commit_ms));
    table.row(format!("W2 {name}: p50 at {RATE}/s"), format!("{p50:.1} ms"), commits, Some(p50 <= 5.0));
    table.row(format!("W2 {name}: p99 at {RATE}/s"), format!("{p99:.1} ms"), "<= 15 ms".to_owned(), Some(p99 <= 15.0));
    Ok(measured)
}

/// Sends until `enough`, which is asked once a second.
pub async fn sample(api: &Api, mut enough: impl AsyncFnMut() -> Result<bool>) -> Result<Measured> {
    let body = json!({ "task": "ruche.noop", "kwargs": { "payload": 1 } });
    let mut ticks = tokio::time::interval(Duration::from_millis(1_000 / RATE));
    let mut running = Vec::new();
    while !enough().await? {
        for _ in 0..RATE {
            ticks.tick().await;
            let (api, body) = (api.clone(), body.clone());
            running.push(tokio::spawn(async move {
                let start = Instant::now();
                let task = api.post("/api/v1/tasks", &body, &[("Prefer", "wait=20")]).await?;
                ensure!(task["state"] == "succeeded", "a task is {}", task["state"]);
                anyhow::Ok(start.elapsed())
            }));
        }
    }
    let mut latencies = Latencies::default();
    for request in running {
        latencies.add(request.await??);
    }
    Ok(Measured { p50_ms: latencies.percentile_ms(50.0), p99_ms: latencies.percentile_ms(99.0) })
}
