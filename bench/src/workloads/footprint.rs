//! W4: memory at rest, and time to ready.

use std::time::Duration;

use anyhow::Result;

use crate::{cpu, stack::Stack, table::Table};

pub async fn measure(name: &str, stack: &Stack, ready: f64, table: &mut Table) -> Result<()> {
    tokio::time::sleep(Duration::from_secs(3)).await;
    let pids = stack.pids();
    let resident = cpu::resident_mb(&pids);
    let before = cpu::seconds(&pids);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = (cpu::seconds(&pids) - before) / 3.0 * 100.0;
    table.row(
        format!("W4 {name}: idle memory"),
        format!("{resident:.1} MB, {idle:.1} % CPU"),
        "<= 40 MB".to_owned(),
        Some(resident <= 40.0),
    );
    table.row(format!("W4 {name}: ready"), format!("{ready:.2} s"), "< 1 s".to_owned(), Some(ready < 1.0));
    Ok(())
}
