//! `ruche-worker`: runs tasks.

mod cli;

use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use ruche_bootstrap::{
    ExitCode, Failure, Migrate, OrExit,
    args::{ConfigArgs, HealthcheckArgs},
    ask,
    config::Sources,
    listen, open_artifacts, open_broker, open_store, print,
    probes::Probes,
    show_connections, shutdown,
};
use ruche_domain::SystemClock;
use ruche_worker::{
    Engine, Registry,
    settings::{FullConfig, engine_options, registry},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command, RunArgs};

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    ruche_bootstrap::run(async {
        match cli.command {
            None => run(cli.run).await,
            Some(Command::Run(args)) => run(args).await,
            Some(Command::CheckConfig(args)) => check_config(&args),
            Some(Command::Tasks(args)) => tasks(&args),
            Some(Command::Healthcheck(args)) => healthcheck(args).await,
        }
    })
}

fn load(sources: Sources) -> Result<FullConfig, Failure> {
    let config: FullConfig = sources.load().or_exit(ExitCode::Config)?;
    config.check().or_exit(ExitCode::Config)?;
    Ok(config)
}

fn sources(args: &ConfigArgs) -> Result<Sources, Failure> {
    args.sources().or_exit(ExitCode::Config)
}

async fn run(args: RunArgs) -> Result<ExitCode, Failure> {
    let sources = sources(&args.config)?.flag("--queues", "worker.queues", args.queues).flag(
        "--concurrency",
        "worker.concurrency",
        args.concurrency,
    );
    let config = load(sources)?;
    ruche_bootstrap::start_logs(&config.telemetry).or_exit(ExitCode::Config)?;
    let database = config.database.required_address().or_exit(ExitCode::Config)?;
    let broker = config.broker.shared_address().or_exit(ExitCode::Config)?;
    let tasks = registry(config.tasks.clone())?;
    let stop = shutdown::on_signals().context("couldn't watch signals")?;
    let listener = listen(config.worker.listen).await.or_exit(ExitCode::Address)?;
    let patience = args.wait.patience();
    let probes = Probes {
        title: "ruche-worker",
        store: open_store(&config.database, &database, Migrate::Refuse, patience).await?,
        broker: open_broker(&config.broker, &broker)?,
        registry: ruche_bootstrap::start_metrics("ruche-worker"),
        stopping: stop,
    };
    let (store, clock) = (probes.store.clone(), Arc::new(SystemClock));
    let artifacts = open_artifacts(&config.artifacts, &database, store, clock, &probes.registry).await?;
    work(&config, tasks.with(artifacts), probes, listener).await
}

/// Runs tasks until the probes say that it is time to stop; then drains.
async fn work(config: &FullConfig, tasks: Registry, probes: Probes, listener: TcpListener) -> Result<ExitCode, Failure> {
    let options = engine_options(&config.worker).or_exit(ExitCode::Config)?;
    let (name, store, broker, stop) =
        (options.name.clone(), probes.store.clone(), probes.broker.clone(), probes.stopping.clone());
    show_connections(&probes.registry, store.clone(), broker.clone()).context("couldn't show the connections")?;
    let engine = Engine::start(options, tasks, store.clone(), broker.clone(), Arc::new(SystemClock), &probes.registry)
        .or_exit(ExitCode::Config)?;
    tracing::info!(worker = %name, listen = %config.worker.listen, "running tasks");
    let served = CancellationToken::new();
    let serving = tokio::spawn(probes.serve(listener, served.clone()));
    stop.cancelled().await;
    engine.drain().await;
    served.cancel();
    drop(serving.await);
    broker.close().await;
    store.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::Success)
}

fn check_config(args: &ConfigArgs) -> Result<ExitCode, Failure> {
    let config = load(sources(args)?)?;
    let resulting = config.to_toml();
    registry(config.tasks)?;
    print(&format!("# The configuration is valid. What results, without the section tasks:\n{resulting}"))
}

fn tasks(args: &ConfigArgs) -> Result<ExitCode, Failure> {
    let config = load(sources(args)?)?;
    let mut lines = String::new();
    for definition in registry(config.tasks)?.definitions() {
        lines += &serde_json::to_string(&definition).context("couldn't write a definition")?;
        lines.push('\n');
    }
    print(&lines)
}

async fn healthcheck(args: HealthcheckArgs) -> Result<ExitCode, Failure> {
    let config: FullConfig = sources(&args.config.clone())?.load().or_exit(ExitCode::Config)?;
    ask(config.worker.listen, args.path()).await.or_exit(ExitCode::Failure)?;
    Ok(ExitCode::Success)
}
