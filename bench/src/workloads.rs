//! `cargo xtask bench`: the workloads beside the limits, in one run, in one table.

mod backlog;
mod bulk;
mod footprint;
mod http;
mod latency;
mod limits;
mod throughput;

use anyhow::Result;
use clap::Args;

use crate::{
    binaries::Binaries,
    cpu,
    limits::{amqp, sql},
    stack::{Services, Settings, Stack},
    table::Table,
};

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Tasks of W1, and messages and rows of L1 and L2.
    #[arg(long, default_value_t = 20_000)]
    tasks: usize,
    /// Seconds of W2.
    #[arg(long, default_value_t = 30)]
    latency_seconds: u64,
    /// Seconds of W3 and L3.
    #[arg(long, default_value_t = 15)]
    http_seconds: u64,
    /// Repetitions of W1 and L1; the median is shown.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    /// Also queue this many tasks, watch the memory, and change them all while W2 goes on (a million takes some minutes).
    #[arg(long, default_value_t = 0)]
    backlog: usize,
    /// What is done to the backlog.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["set-priority", "move", "cancel"])]
    bulk: Vec<bulk::Action>,
    /// Seconds of W5.
    #[arg(long, default_value_t = 15)]
    limits_seconds: u64,
    /// Tasks of the loud tenant of W5.
    #[arg(long, default_value_t = 100_000)]
    limits_backlog: usize,
    /// Measure W5 only, without the limits of what Ruche is built on.
    #[arg(long)]
    only_limits: bool,
    /// Leave out the run on SQLite.
    #[arg(long)]
    skip_embedded: bool,
}

/// The limits measured in this run.
struct Limits {
    amqp_end_to_end: f64,
    http: f64,
    commit_ms: f64,
}

/// Celery like for like, tasks per second end to end, from the reference run on a machine of this kind.
const CELERY: f64 = 173.0;

/// # Errors
/// When a service or a program does not do its part.
pub async fn run(options: Options) -> Result<()> {
    let binaries = Binaries::locate()?;
    let mut table = Table::default();
    eprintln!("starting PostgreSQL (default durability) and RabbitMQ");
    let services = Services::start()?;
    if options.only_limits {
        return only_limits(&options, binaries, services).await;
    }
    let limits = measure_limits(&options, &services, &mut table).await?;
    let (mut stack, ready) = Stack::on_services(binaries.clone(), Settings::new(), services, 1, 1).await?;
    measure_stack("PostgreSQL + RabbitMQ", &options, &mut stack, ready.as_secs_f64(), &limits, &mut table).await?;
    drop(stack);
    keyed("PostgreSQL + RabbitMQ", &options, &binaries, Some(Services::start()?), &mut table).await?;
    if !options.skip_embedded {
        let (mut stack, ready) = Stack::embedded(binaries.clone(), Settings::new()).await?;
        measure_stack("embedded", &options, &mut stack, ready.as_secs_f64(), &limits, &mut table).await?;
        drop(stack);
        keyed("embedded", &options, &binaries, None, &mut table).await?;
    }
    println!();
    table.print();
    Ok(())
}

async fn only_limits(options: &Options, binaries: Binaries, services: Services) -> Result<()> {
    let mut table = Table::default();
    keyed("PostgreSQL + RabbitMQ", options, &binaries, Some(services), &mut table).await?;
    if !options.skip_embedded {
        keyed("embedded", options, &binaries, None, &mut table).await?;
    }
    println!();
    table.print();
    Ok(())
}

/// W5 on a stack of its own: its worker serves the limited queue.
async fn keyed(name: &str, options: &Options, binaries: &Binaries, services: Option<Services>, table: &mut Table) -> Result<()> {
    eprintln!("{name}: W5 limits");
    let (stack, _) = match services {
        Some(services) => Stack::on_services(binaries.clone(), limits::settings(), services, 1, 2).await?,
        None => Stack::embedded(binaries.clone(), limits::settings()).await?,
    };
    limits::measure(name, &stack, options.limits_backlog, options.limits_seconds, table).await
}

async fn measure_limits(options: &Options, services: &Services, table: &mut Table) -> Result<Limits> {
    let own = std::process::id();
    let (postgres, rabbit) = services.pids();
    let mut rates = Vec::new();
    eprintln!("L1: bare lapin");
    for _ in 0..options.repeat {
        let pids: Vec<u32> = rabbit.iter().copied().chain([own]).collect();
        rates.push(amqp::measure(&services.rabbit.url(), options.tasks, || cpu::seconds(&pids)).await?);
    }
    rates.sort_by(|a, b| a.end_to_end.total_cmp(&b.end_to_end));
    let l1 = &rates[rates.len() / 2];
    let note = format!("publish alone {:.0}/s", l1.publish);
    table.row("L1 bare lapin, end to end", format!("{:.0}/s, {:.0} us CPU", l1.end_to_end, l1.cpu_us), note, None);

    eprintln!("L2: bare PostgreSQL");
    let pids = || services.postgres.pids().into_iter().chain([own]).collect::<Vec<_>>();
    let l2 = sql::measure(&services.postgres.url(), options.tasks, || cpu::seconds(&pids())).await?;
    drop(postgres);
    let note = format!("insert alone {:.0}/s; one durable commit {:.2} ms", l2.insert, l2.commit_ms);
    table.row("L2 bare PostgreSQL, insert + 2 updates", format!("{:.0}/s, {:.0} us CPU", l2.life, l2.cpu_us), note, None);

    eprintln!("L3: bare poem");
    let mut l3 = http::limit(options.http_seconds).await?;
    let rate = l3.requests as f64 / l3.seconds;
    table.row(
        "L3 bare poem, 32 connections",
        format!("{rate:.0}/s"),
        format!("p99 {:.1} ms", l3.latencies.percentile_ms(99.0)),
        None,
    );
    Ok(Limits { amqp_end_to_end: l1.end_to_end, http: rate, commit_ms: l2.commit_ms })
}

async fn measure_stack(
    name: &str,
    options: &Options,
    stack: &mut Stack,
    ready: f64,
    limits: &Limits,
    table: &mut Table,
) -> Result<()> {
    eprintln!("{name}: W4 idle memory");
    footprint::measure(name, stack, ready, table).await?;
    eprintln!("{name}: W1 throughput");
    throughput::measure(name, stack, options.tasks, options.repeat, limits, table).await?;
    eprintln!("{name}: W2 latency");
    let quiet = latency::measure(name, stack, options.latency_seconds, limits, table).await?;
    eprintln!("{name}: W3 HTTP enqueue");
    http::measure(name, stack, options.http_seconds, limits, table).await?;
    if options.backlog > 0 {
        eprintln!("{name}: backlog");
        backlog::measure(name, stack, options.backlog, table).await?;
        eprintln!("{name}: bulk operations over it");
        bulk::measure(name, stack, &options.bulk, &quiet, table).await?;
    }
    Ok(())
}
