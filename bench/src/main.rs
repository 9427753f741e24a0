//! Ruche measured and tried on real services: `cargo xtask bench`, `cargo xtask demo`, `cargo xtask chaos`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ruche_bench::{chaos, demo, limits, workloads};

/// Measures Ruche, and tries it on real services.
#[derive(Debug, Parser)]
#[command(name = "ruche-bench", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures Ruche beside the raw limits of RabbitMQ, PostgreSQL and poem, and prints one table.
    Bench(workloads::Options),
    /// Delivers several thousand signed webhooks to a receiver that fails, stalls and drops connections, and proves the outcome.
    Demo(demo::Options),
    /// Kills and restarts processes and services under load, and accounts for every accepted task.
    Chaos(chaos::Options),
    /// Prints made-up orders as CSV; the same seed prints the same.
    Orders(demo::orders::Options),
    /// A bare poem server that answers a constant (limit L3).
    #[command(hide = true)]
    Constant(limits::http::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Bench(options) => workloads::run(options).await,
        Command::Demo(options) => demo::run(options).await,
        Command::Chaos(options) => chaos::run(options).await,
        Command::Orders(options) => {
            print!("{}", demo::orders::csv(&options));
            Ok(())
        }
        Command::Constant(options) => limits::http::serve(&options).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
