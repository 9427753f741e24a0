//! `ruche-server`: serves the API and runs the maintenance duties.

mod cli;

use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use ruche_bootstrap::{
    ExitCode, Failure, Migrate, OrExit,
    args::{ConfigArgs, HealthcheckArgs},
    ask,
    config::{Config, Sources},
    listen, migrate_store, open_artifacts, open_broker, open_store, print, show_connections, shutdown,
};
use ruche_domain::SystemClock;
use ruche_server::{Parts, RunningServer};

use crate::cli::{Cli, Command, MigrateArgs, ServeArgs};

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    ruche_bootstrap::run(async {
        match cli.command {
            None => serve(cli.serve).await,
            Some(Command::Serve(args)) => serve(args).await,
            Some(Command::Migrate(args)) => migrate(args).await,
            Some(Command::CheckConfig(args)) => check_config(&args),
            Some(Command::Openapi) => print(&ruche_server::openapi(&[])),
            Some(Command::Healthcheck(args)) => healthcheck(args).await,
        }
    })
}

fn sources(args: &ConfigArgs) -> Result<Sources, Failure> {
    args.sources().or_exit(ExitCode::Config)
}

async fn serve(args: ServeArgs) -> Result<ExitCode, Failure> {
    let sources = sources(&args.config)?.flag("--listen", "http.listen", args.listen.map(|address| address.to_string()));
    let config: Config = sources.load().or_exit(ExitCode::Config)?;
    config.check().or_exit(ExitCode::Config)?;
    ruche_bootstrap::start_logs(&config.telemetry).or_exit(ExitCode::Config)?;
    let database = config.database.required_address().or_exit(ExitCode::Config)?;
    let broker = config.broker.shared_address().or_exit(ExitCode::Config)?;
    let stop = shutdown::on_signals().context("couldn't watch signals")?;
    let listener = listen(config.http.listen).await.or_exit(ExitCode::Address)?;
    let store = open_store(&config.database, &database, Migrate::Refuse, args.wait.patience()).await?;
    let (clock, registry) = (Arc::new(SystemClock), ruche_bootstrap::start_metrics("ruche-server"));
    let artifacts = open_artifacts(&config.artifacts, &database, store.clone(), clock.clone(), &registry).await?;
    let parts = Parts { store, broker: open_broker(&config.broker, &broker)?, clock, registry, artifacts, client: None };
    let (store, broker) = (parts.store.clone(), parts.broker.clone());
    show_connections(&parts.registry, store.clone(), broker.clone()).context("couldn't show the connections")?;
    let mut server = RunningServer::start(&config, parts, listener).context("couldn't start the server")?;
    tracing::info!(listen = %config.http.listen, "serving");
    tokio::select! {
        () = stop.cancelled() => {}
        ended = server.ended() => ended.context("the server ended")?,
    }
    server.stop().await;
    broker.close().await;
    store.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::Success)
}

async fn migrate(args: MigrateArgs) -> Result<ExitCode, Failure> {
    let config: Config = sources(&args.config)?.load().or_exit(ExitCode::Config)?;
    ruche_bootstrap::start_logs(&config.telemetry).or_exit(ExitCode::Config)?;
    let url = config.database.required_address().or_exit(ExitCode::Config)?;
    migrate_store(&url, args.wait.patience()).await?;
    print(&format!("{url} has this version's schema\n"))
}

fn check_config(args: &ConfigArgs) -> Result<ExitCode, Failure> {
    let config: Config = sources(args)?.load().or_exit(ExitCode::Config)?;
    config.check().or_exit(ExitCode::Config)?;
    print(&format!("# The configuration is valid. What results, without the section tasks:\n{}", config.to_toml()))
}

async fn healthcheck(args: HealthcheckArgs) -> Result<ExitCode, Failure> {
    let config: Config = sources(&args.config)?.load().or_exit(ExitCode::Config)?;
    ask(config.http.listen, args.path()).await.or_exit(ExitCode::Failure)?;
    Ok(ExitCode::Success)
}
