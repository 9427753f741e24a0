//! Memory while a large backlog waits for its time and is then there to browse.

use anyhow::Result;
use serde_json::json;

use crate::{cpu, stack::Stack, table::Table};

/// A queue that nobody serves: the tasks stay queued.
const QUEUE: &str = "backlog";

/// Tasks per bulk request.
const BATCH: usize = 10_000;

pub async fn measure(name: &str, stack: &Stack, tasks: usize, table: &mut Table) -> Result<()> {
    let (api, pids) = (stack.api()?, stack.pids());
    let task = json!({ "task": "ruche.noop", "queue": QUEUE, "kwargs": { "payload": 1 } });
    // What accepting large batches needs is there after the first tenth; what grows after it grows with the backlog.
    let (idle, mut tenth, mut peak) = (cpu::resident_mb(&pids), 0.0, 0.0_f64);
    for from in (0..tasks).step_by(BATCH) {
        api.batch(&vec![task.clone(); BATCH.min(tasks - from)], None).await?;
        let now = cpu::resident_mb(&pids);
        peak = peak.max(now);
        if from <= tasks / 10 {
            tenth = peak;
        }
    }
    let after = cpu::resident_mb(&pids);
    table.row(
        format!("{name}: memory with {tasks} tasks queued"),
        format!("{after:.1} MB (peak {peak:.1} MB)"),
        format!("{tenth:.1} MB with a tenth of them, {idle:.1} MB with none; flat within 16 MB"),
        Some(after - tenth <= 16.0),
    );
    Ok(())
}
