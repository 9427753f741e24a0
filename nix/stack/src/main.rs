//! `cargo xtask stack`: the rendered compose file on a real container engine, started by this program and by nobody else's leave.
//!
//! Images may be given, as the flake builds them. Otherwise those of our own programs are made from what cargo has built; those of
//! PostgreSQL, RabbitMQ, nginx, Prometheus and its exporters from Debian's packages; Grafana, which Debian has not, is played by a page of nginx.
//! Users, entry points, folders, commands, mounts and limits are the model's.

mod command;
mod compose;
mod debian;
mod engine;
mod images;
mod order;
mod pages;
mod restarts;
mod run;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Runs the rendered compose file on a container engine of its own, and tries everything that must hold of it.
#[derive(Debug, Parser)]
#[command(name = "ruche-stack", bin_name = "cargo xtask stack")]
pub struct Options {
    /// Docker Compose.
    #[arg(long, env = "RUCHE_TEST_COMPOSE")]
    compose: PathBuf,
    /// Folder for packages, images and pictures, kept for the next run.
    #[arg(long)]
    folder: PathBuf,
    /// The client's files, as `cargo xtask client` makes them.
    #[arg(long)]
    client: PathBuf,
    /// Images to try instead, in one file, as `nix build .#images` makes it.
    #[arg(long)]
    images: Option<PathBuf>,
    /// Orders of the demonstration.
    #[arg(long, default_value_t = 1_000)]
    orders: usize,
    /// Tasks per second while services are restarted.
    #[arg(long, default_value_t = 20)]
    rate: u32,
    /// Leave it running when all has been tried, until Ctrl-C.
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // On a signal what was begun is dropped, and so ended.
    let done = tokio::select! {
        done = run::all(&options) => done,
        () = interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C, or another way to ask for the end.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup())) {
        (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        }
        // Without handlers signals end it as they always did.
        _ => std::future::pending().await,
    }
}
