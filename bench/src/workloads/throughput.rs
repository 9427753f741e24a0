//! W1: enqueue and drain of no-op tasks, both at once.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{CELERY, Limits};
use crate::{cpu, stack::Stack, table::Table};

/// Tasks per bulk request.
const BATCH: usize = 5_000;

struct Run {
    enqueue: f64,
    end_to_end: f64,
    /// CPU per task, microseconds: Ruche, PostgreSQL, RabbitMQ.
    cpu_us: [f64; 3],
}

pub async fn measure(name: &str, stack: &Stack, tasks: usize, repeat: usize, limits: &Limits, table: &mut Table) -> Result<()> {
    run(stack, tasks.min(2_000)).await?;
    let mut runs = Vec::new();
    for _ in 0..repeat {
        runs.push(run(stack, tasks).await?);
    }
    runs.sort_by(|a, b| a.end_to_end.total_cmp(&b.end_to_end));
    let median = &runs[runs.len() / 2];
    let ratio = median.end_to_end / limits.amqp_end_to_end;
    let celery = median.end_to_end / CELERY;
    let [ours, postgres, rabbit] = median.cpu_us;
    let total = ours + postgres + rabbit;
    table.row(
        format!("W1 {name}: end to end"),
        format!("{:.0}/s (enqueue {:.0}/s)", median.end_to_end, median.enqueue),
        format!("{:.2} of L1 (>= 0.60)", ratio),
        Some(ratio >= 0.60),
    );
    table.row(
        format!("W1 {name}: beside Celery like for like"),
        format!("{celery:.0} x"),
        format!(">= 40 x (reference run: {CELERY:.0}/s)"),
        Some(celery >= 40.0),
    );
    table.row(
        format!("W1 {name}: CPU per task"),
        format!("{total:.0} us = {ours:.0} + {postgres:.0} + {rabbit:.0}"),
        "<= 150 us (Ruche + PostgreSQL + RabbitMQ)".to_owned(),
        Some(total <= 150.0),
    );
    Ok(())
}

async fn run(stack: &Stack, tasks: usize) -> Result<Run> {
    let api = stack.api()?;
    let task = json!({ "task": "ruche.noop", "kwargs": { "payload": { "order": 4711, "note": "a small argument" } } });
    let batches: Vec<Vec<Value>> = (0..tasks).step_by(BATCH).map(|from| vec![task.clone(); BATCH.min(tasks - from)]).collect();
    let before = usage(stack);
    let start = Instant::now();
    let mut accepted = 0;
    for batch in &batches {
        accepted += api.batch(batch, None).await?.len();
    }
    let enqueued = start.elapsed().as_secs_f64();
    ensure!(accepted == tasks, "{accepted} of {tasks} tasks were accepted");
    api.settle(Duration::from_secs(300)).await?;
    let elapsed = start.elapsed().as_secs_f64();
    let after = usage(stack);
    let cpu_us = std::array::from_fn(|index| (after[index] - before[index]) * 1e6 / tasks as f64);
    Ok(Run { enqueue: tasks as f64 / enqueued, end_to_end: tasks as f64 / elapsed, cpu_us })
}

fn usage(stack: &Stack) -> [f64; 3] {
    let (postgres, rabbit) = stack.services.as_ref().map(crate::stack::Services::pids).unwrap_or_default();
    [cpu::seconds(&stack.pids()), cpu::seconds(&postgres), cpu::seconds(&rabbit)]
}
