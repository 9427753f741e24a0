//! Private PostgreSQL and RabbitMQ servers for tests, benchmarks and chaos runs.
//!
//! Each server listens on a free loopback port, keeps its data in a temporary
//! directory and knows nothing of a system-wide installation's configuration.
//! No systemd and no container runtime is involved. As root the servers run
//! under an unprivileged account.
//!
//! Dropping a server stops it and removes its directory. Should this process
//! die without dropping it (Ctrl-C, `kill -9`, a panic that aborts), a small
//! shell that waits for exactly that does the same, see `services/reaper.rs`.
//!
//! The servers trust every local connection: they are for test data only.
//!
//! ```no_run
//! use xtask::services::{Durability, start_both};
//!
//! let (mut postgres, rabbit) = start_both(Durability::Fast)?;
//! println!("{} {}", postgres.url(), rabbit.url());
//! postgres.kill9();
//! postgres.restart()?;
//! # anyhow::Ok(())
//! ```

use std::thread;

use anyhow::{Result, anyhow};

mod account;
mod find;
mod home;
mod ports;
mod postgres;
mod process;
mod rabbit;
mod ready;
mod reaper;

pub use find::{MONITORING, postgres_bindir, program, rabbitmq_server};
pub use postgres::{Durability, Postgres};
pub use process::tree;
pub use rabbit::Rabbit;

/// Starts both servers at the same time, which takes as long as RabbitMQ alone.
///
/// # Errors
/// When one of them is not installed or does not come up; the other is stopped again.
pub fn start_both(durability: Durability) -> Result<(Postgres, Rabbit)> {
    thread::scope(|scope| {
        let postgres = scope.spawn(|| Postgres::start(durability));
        let rabbit = Rabbit::start();
        let postgres = postgres.join().map_err(|_| anyhow!("the thread that starts PostgreSQL panicked"))?;
        Ok((postgres?, rabbit?))
    })
}
