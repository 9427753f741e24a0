//! Operations over the whole backlog while W2 goes on: how much the latency of others suffers.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::latency::{self, Measured};
use crate::{api::Api, stack::Stack, table::Table};

/// How long one operation may take.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// Where the backlog is moved to; nobody serves it either.
const ELSEWHERE: &str = "elsewhere";

/// What W2's percentiles may grow by.
const MOST: f64 = 2.0;

/// What is done to every task of the backlog, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Action {
    SetPriority,
    Move,
    Cancel,
}

impl Action {
    /// The operation on everything that waits where nobody serves.
    fn request(self) -> Value {
        match self {
            Self::SetPriority => json!({ "action": "set_priority", "filter": waiting(), "parameters": { "priority": 7 } }),
            Self::Move => json!({ "action": "move", "filter": waiting(), "parameters": { "queue": ELSEWHERE } }),
            Self::Cancel => json!({ "action": "cancel", "filter": waiting() }),
        }
    }
}

fn waiting() -> Value {
    json!({ "state": "queued", "task": "ruche.noop" })
}

/// `quiet` is W2 without anything beside it, in the same run.
pub async fn measure(name: &str, stack: &Stack, actions: &[Action], quiet: &Measured, table: &mut Table) -> Result<()> {
    let api = stack.api()?;
    published(&api).await?;
    for action in actions {
        let start = Instant::now();
        let accepted = api.post("/api/v1/operations", &action.request(), &[]).await?;
        let id = accepted["id"].as_str().unwrap_or_default().to_owned();
        let beside = latency::sample(&api, async || ended(&api, &id).await).await?;
        let changed = settled(&api, &id).await?["changed"].clone();
        let what = format!("{action:?} of {changed} tasks in {:.0} s", start.elapsed().as_secs_f64());
        for (percentile, beside, quiet) in [("p50", beside.p50_ms, quiet.p50_ms), ("p99", beside.p99_ms, quiet.p99_ms)] {
            table.row(
                format!("{name}: W2 {percentile} during {what}"),
                format!("{beside:.1} ms"),
                format!("{:.1} x {quiet:.1} ms without; <= {MOST} x", beside / quiet),
                Some(beside <= MOST * quiet),
            );
        }
    }
    Ok(())
}

/// Waits until the backlog's messages have gone out, which is no part of what is measured.
async fn published(api: &Api) -> Result<()> {
    let start = Instant::now();
    while api.get("/api/v1/stats").await?["outbox"]["pending"] != 0 {
        if start.elapsed() > PATIENCE {
            bail!("the backlog was not published within {PATIENCE:?}");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

async fn ended(api: &Api, id: &str) -> Result<bool> {
    let state = api.get(&format!("/api/v1/operations/{id}")).await?["state"].clone();
    Ok(!matches!(state.as_str(), Some("pending" | "running")))
}

/// The operation when it has ended.
async fn settled(api: &Api, id: &str) -> Result<Value> {
    let start = Instant::now();
    while !ended(api, id).await? {
        if start.elapsed() > PATIENCE {
            bail!("the operation {id} has not ended within {PATIENCE:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    api.get(&format!("/api/v1/operations/{id}")).await
}
