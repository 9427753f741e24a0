//! `cargo xtask demo`: several thousand signed webhooks to a receiver that misbehaves, and the proof of what became of them.

pub mod orders;
mod progress;
mod proof;
pub mod receiver;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use ruche_domain::RetryPolicy;
use serde_json::{Value, json};

use crate::{
    api::Api,
    binaries::Binaries,
    demo::{orders::Order, receiver::Receiver},
    stack::{Services, Settings, Stack},
};

/// What to run it on.
#[derive(Debug, Args)]
pub struct Options {
    /// Where Ruche runs.
    #[arg(long, value_enum, default_value = "both")]
    pub on: Deployment,
    /// The orders; made by `cargo run --package ruche-bench -- orders`.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/demo/orders.csv"))]
    pub orders: PathBuf,
    /// Use only the first so many orders.
    #[arg(long)]
    pub rows: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deployment {
    /// `ruche up`: one process on SQLite.
    Embedded,
    /// Two servers and two workers on PostgreSQL and RabbitMQ.
    Services,
    /// One after the other.
    Both,
}

/// Longest time until everything is settled.
const PATIENCE: Duration = Duration::from_secs(300);

/// # Errors
/// When something is not as promised.
pub async fn run(options: Options) -> Result<()> {
    let mut orders = orders::read(&options.orders)?;
    orders.truncate(options.rows.unwrap_or(usize::MAX));
    let binaries = Binaries::locate()?;
    if options.on != Deployment::Services {
        println!("\n{} orders through `ruche up` (one process, SQLite)", orders.len());
        let receiver = Receiver::start().await?;
        let (stack, _) = Stack::embedded(binaries.clone(), settings(&receiver)).await?;
        deliver(&orders, &stack.api()?, &receiver).await?;
    }
    if options.on != Deployment::Embedded {
        println!("\n{} orders through two servers and two workers on PostgreSQL and RabbitMQ", orders.len());
        let receiver = Receiver::start().await?;
        let (stack, _) = Stack::on_services(binaries, settings(&receiver), Services::start()?, 2, 2).await?;
        deliver(&orders, &stack.api()?, &receiver).await?;
    }
    Ok(())
}

fn settings(receiver: &Receiver) -> Settings {
    [
        ("RUCHE_TASKS__HTTP__ALLOWED_NETWORKS", "[\"127.0.0.1/32\"]".to_owned()),
        ("RUCHE_TASKS__HTTP__SIGNING_SECRETS", format!("{{demo=[{{value=\"{}\"}}]}}", receiver.secret())),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// How often, and after which waits, a delivery is tried.
///
/// # Panics
/// Never: the numbers are within bounds.
pub fn retry_policy() -> RetryPolicy {
    RetryPolicy::new(4, Duration::from_millis(200), Duration::from_secs(2), 2.0, 0.5).expect("the numbers are within bounds")
}

/// Longest time the receiver may take.
const TIMEOUT: Duration = Duration::from_millis(1_500);

fn task(order: &Order, url: &str) -> Value {
    json!({
        "task": "http.request",
        "kwargs": {
            "method": "POST",
            "url": url,
            "json": order,
            "sign": { "secret": "demo" },
            "timeout_ms": u64::try_from(TIMEOUT.as_millis()).unwrap_or(u64::MAX),
        },
        "max_attempts": retry_policy().max_attempts(),
        "retry": retry_policy(),
    })
}

/// Enqueues all orders by way of `api`, waits until each has come to its end, and holds what came against what was recorded.
///
/// # Errors
/// When something is not as promised.
pub async fn deliver(orders: &[Order], api: &Api, receiver: &Receiver) -> Result<()> {
    let tasks: Vec<Value> = orders.iter().map(|order| task(order, &receiver.url())).collect();
    let start = std::time::Instant::now();
    let ids = api.batch(&tasks, Some("demo-orders")).await.context("couldn't enqueue the orders")?;
    println!("accepted {} tasks in {:.2} s", ids.len(), start.elapsed().as_secs_f64());
    let again = api.batch(&tasks, Some("demo-orders")).await.context("couldn't repeat the request")?;
    anyhow::ensure!(again == ids, "the same request with the same idempotency key must give the same tasks");
    progress::follow(api, ids.len(), PATIENCE).await?;
    let settled = start.elapsed();
    let tasks = api.list("task=http.request").await?;
    proof::check(api, orders, &ids, &tasks, receiver, settled).await
}
