//! A progress bar over the states of all tasks.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::api::Api;

const WIDTH: usize = 40;

/// Shows how far `total` tasks have come until all are settled.
///
/// # Errors
/// When that takes longer than `patience`.
pub async fn follow(api: &Api, total: usize, patience: Duration) -> Result<()> {
    let start = Instant::now();
    let terminal = std::io::stdout().is_terminal();
    loop {
        let counts = counts(api).await?;
        let ended: u64 = ["succeeded", "failed", "cancelled", "expired"].iter().filter_map(|state| counts.get(*state)).sum();
        let ended = usize::try_from(ended)?;
        let line = bar(ended, total, &counts, start.elapsed());
        if terminal {
            print!("\r{line}\x1b[K");
        } else {
            println!("{line}");
        }
        std::io::stdout().flush()?;
        if ended >= total {
            println!();
            return Ok(());
        }
        if start.elapsed() > patience {
            bail!("not settled within {patience:?}");
        }
        tokio::time::sleep(Duration::from_millis(if terminal { 200 } else { 1_000 })).await;
    }
}

fn bar(ended: usize, total: usize, counts: &BTreeMap<String, u64>, elapsed: Duration) -> String {
    let filled = WIDTH * ended / total.max(1);
    let states: Vec<String> =
        counts.iter().filter(|(_, count)| **count > 0).map(|(state, count)| format!("{state} {count}")).collect();
    format!(
        "[{}{}] {ended}/{total} {:.0} s  {}",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        elapsed.as_secs_f64(),
        states.join(", ")
    )
}

async fn counts(api: &Api) -> Result<BTreeMap<String, u64>> {
    let stats = api.get("/api/v1/stats").await?;
    let states = stats["tasks"].as_array().cloned().unwrap_or_default();
    Ok(states.iter().filter_map(|entry| Some((entry["state"].as_str()?.to_owned(), entry["count"].as_u64()?))).collect())
}
