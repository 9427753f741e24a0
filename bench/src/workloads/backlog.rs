//! Memory while a large backlog waits for its time and is then there to browse.

use anyhow::Result;
use serde_json::json;

use crate::{cpu, stack::Stack, table::Table};

/// Tasks per bulk request.
const BATCH: usize = 10_000;

pub async fn measure(name: &str, stack: &Stack, tasks: usize, table: &mut Table) -> Result<()> {
    let (api, pids) = (stack.api()?, stack.pids());
    let before = cpu::resident_mb(&pids);
    // A queue that nobody serves: the tasks stay queued.
    let task = json!({ "task": "ruche.noop", "queue": "backlog", "kwargs": { "payload": 1 } });
    let mut peak = before;
    for from in (0..tasks).step_by(BATCH) {
        api.batch(&vec![task.clone(); BATCH.min(tasks - from)], None).await?;
        peak = peak.max(cpu::resident_mb(&pids));
    }
    let after = cpu::resident_mb(&pids);
    table.row(
        format!("{name}: memory with {tasks} tasks queued"),
        format!("{after:.1} MB (peak {peak:.1} MB)"),
        format!("{before:.1} MB before; flat within 32 MB"),
        Some(after - before <= 32.0),
    );
    Ok(())
}
