//! What the commands do, one file each.

mod audit;
mod check_config;
mod completions;
mod dead;
mod definitions;
mod enqueue;
mod healthcheck;
mod keys;
mod migrate;
pub mod openapi;
mod operations;
mod queues;
mod schedules;
mod task;
mod tasks;
mod up;
mod watch;
mod workers;

use ruche_bootstrap::{
    ExitCode, Failure,
    config::{ConfigError, Sources},
};

use crate::{
    args::{Cli, Command, ConfigArgs},
    output::OutputClosed,
};

pub use ruche_worker::settings::FullConfig;

/// Runs a command. That nobody reads its output any more is no failure.
///
/// # Errors
/// When the command fails.
pub async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match dispatch(cli.command).await {
        Err(failure) if failure.is::<OutputClosed>() => Ok(ExitCode::Success),
        result => result,
    }
}

async fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Up(args) => up::run(args).await,
        Command::Enqueue(args) => enqueue::run(args).await,
        Command::Tasks(args) => tasks::run(args).await,
        Command::Schedules(args) => schedules::run(*args).await,
        Command::Operations(args) => operations::run(args).await,
        Command::Dead(args) => dead::run(args).await,
        Command::Watch(args) => watch::run(args).await,
        Command::Queues(args) => queues::run(args).await,
        Command::Workers(args) => workers::run(args).await,
        Command::Definitions(args) => definitions::run(args).await,
        Command::Keys(args) => keys::run(args).await,
        Command::Audit(args) => audit::run(args).await,
        Command::Migrate(args) => migrate::run(args).await,
        Command::CheckConfig(args) => check_config::run(&args),
        Command::Healthcheck(args) => healthcheck::run(args).await,
        Command::Openapi => openapi::run(),
        Command::Completions(args) => completions::run(&args),
    }
}

/// Where the configuration comes from.
fn sources(args: &ConfigArgs) -> Result<Sources, ConfigError> {
    args.sources()
}

/// Errors of the configuration end the process with their own code.
fn misconfigured(error: ConfigError) -> Failure {
    Failure::new(ExitCode::Config, error)
}
