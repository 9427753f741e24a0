//! `cargo xtask chaos`: what happens when things die, on real services, under load.

pub mod account;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    binaries::Binaries,
    chaos::account::Load,
    stack::{Services, Settings, Stack},
    table::Table,
};

/// How hard to try.
#[derive(Debug, Args)]
pub struct Options {
    /// Tasks per second while things die.
    #[arg(long, default_value_t = 200)]
    pub rate: u32,
    /// Seconds of load before and after each accident.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// The workers' lease.
    #[arg(long, default_value_t = 30)]
    pub lease_seconds: u64,
}

#[derive(Debug, Clone, Copy)]
enum Accident {
    WorkerKilled,
    ServerKilled,
    RabbitRestarted,
    RabbitKilled,
    PostgresRestarted,
    PostgresKilled,
}

impl Accident {
    const ALL: [Self; 6] = [
        Self::WorkerKilled,
        Self::ServerKilled,
        Self::RabbitRestarted,
        Self::RabbitKilled,
        Self::PostgresRestarted,
        Self::PostgresKilled,
    ];

    const fn words(self) -> &'static str {
        match self {
            Self::WorkerKilled => "kill -9 a worker",
            Self::ServerKilled => "kill -9 a server",
            Self::RabbitRestarted => "restart RabbitMQ",
            Self::RabbitKilled => "kill -9 RabbitMQ, start it again",
            Self::PostgresRestarted => "restart PostgreSQL",
            Self::PostgresKilled => "kill -9 PostgreSQL, start it again",
        }
    }

    async fn happen(self, stack: &mut Stack) -> Result<()> {
        match self {
            Self::WorkerKilled => {
                stack.workers.remove(0).kill9();
                stack.add_worker().await?;
            }
            Self::ServerKilled => {
                stack.servers.remove(1).kill9();
                stack.add_server().await?;
            }
            Self::RabbitRestarted | Self::RabbitKilled => {
                let rabbit = &mut stack.services.as_mut().context("no services")?.rabbit;
                if matches!(self, Self::RabbitKilled) {
                    rabbit.kill9()
                } else {
                    rabbit.stop()
                }
                rabbit.restart()?;
            }
            Self::PostgresRestarted | Self::PostgresKilled => {
                let postgres = &mut stack.services.as_mut().context("no services")?.postgres;
                if matches!(self, Self::PostgresKilled) {
                    postgres.kill9()
                } else {
                    postgres.stop()
                }
                postgres.restart()?;
            }
        }
        Ok(())
    }
}

/// # Errors
/// When a task is lost, recorded twice, or not settled in time.
pub async fn run(options: Options) -> Result<()> {
    let binaries = Binaries::locate()?;
    let settings: Settings = vec![("RUCHE_WORKER__LEASE_SECONDS".to_owned(), options.lease_seconds.to_string())];
    let (mut stack, _) = Stack::on_services(binaries, settings, Services::start()?, 2, 2).await?;
    let mut table = Table::default();
    for accident in Accident::ALL {
        eprintln!("{}", accident.words());
        let load = Load::start(&stack, options.rate);
        tokio::time::sleep(Duration::from_secs(options.seconds)).await;
        let start = Instant::now();
        accident.happen(&mut stack).await.with_context(|| accident.words())?;
        let back = start.elapsed();
        let first = load.first_success_after(&stack.api()?, start).await?;
        tokio::time::sleep(Duration::from_secs(options.seconds)).await;
        let accepted = load.stop().await;
        let stopped = Instant::now();
        let report = account::settle(&stack.api()?, &accepted, Duration::from_secs(options.lease_seconds * 2 + 60)).await;
        let report = report.with_context(|| accident.words())?;
        table.row(
            accident.words(),
            format!("{} accepted, each accounted for once; {} tried more than once", accepted.len(), report.tried_again),
            format!(
                "process back {:.1} s, first new task done {:.1} s, all settled {:.1} s after the load ended",
                back.as_secs_f64(),
                first.as_secs_f64(),
                stopped.elapsed().as_secs_f64()
            ),
            Some(true),
        );
    }
    println!();
    table.print();
    Ok(())
}
