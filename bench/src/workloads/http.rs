//! W3: one task per request over 32 connections, and L3, the same against a bare poem server.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use super::Limits;
use crate::{
    load::{Connection, Load, closed_loop, request},
    stack::{Stack, free_address},
    table::Table,
};

const CONNECTIONS: usize = 32;

/// L3.
pub async fn limit(seconds: u64) -> Result<Load> {
    let address = free_address()?;
    let mut server = Command::new(std::env::current_exe()?)
        .args(["constant", "--listen", &address])
        .stdin(Stdio::null())
        .spawn()
        .context("couldn't start the bare server")?;
    while Connection::open(&address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let load = closed_loop(&address, request("GET", "/", None), CONNECTIONS, Duration::from_secs(seconds)).await;
    server.kill()?;
    server.wait()?;
    load
}

/// W3. Nobody serves the queue: accepting is measured, not running.
pub async fn measure(name: &str, stack: &Stack, seconds: u64, limits: &Limits, table: &mut Table) -> Result<()> {
    let body = r#"{"task":"ruche.noop","queue":"unserved","kwargs":{"payload":{"order":4711}}}"#;
    let address = &stack.servers.first().context("no server runs")?.address;
    let request = request("POST", "/api/v1/tasks", Some(body));
    let mut load = closed_loop(address, request, CONNECTIONS, Duration::from_secs(seconds)).await?;
    let rate = load.requests as f64 / load.seconds;
    let (p50, p99) = (load.latencies.percentile_ms(50.0), load.latencies.percentile_ms(99.0));
    let ratio = rate / limits.http;
    table.row(
        format!("W3 {name}: HTTP enqueue"),
        format!("{rate:.0}/s, p50 {p50:.1} ms"),
        format!("{ratio:.2} of L3 (>= 0.20)"),
        Some(ratio >= 0.20),
    );
    table.row(format!("W3 {name}: p99"), format!("{p99:.1} ms"), "<= 25 ms".to_owned(), Some(p99 <= 25.0));
    Ok(())
}
