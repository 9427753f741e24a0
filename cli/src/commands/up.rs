//! `ruche up`: everything in one process.

mod client_files;
mod data;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use ruche_bootstrap::{
    ExitCode, Failure, Migrate, OrExit,
    config::{ServiceUrl, Sources},
    listen, open_artifacts, open_broker, open_store, show_connections, shutdown,
};
use ruche_domain::SystemClock;
use ruche_server::{Parts, RunningServer};
use ruche_worker::{Engine, settings};

use self::data::DataDirectory;
use super::{FullConfig, misconfigured, sources};
use crate::{args::up::UpArgs, output};

/// Runs API, worker and maintenance until told to stop; then drains.
pub async fn run(args: UpArgs) -> Result<ExitCode, Failure> {
    let config = load(&args)?;
    ruche_bootstrap::start_logs(&config.telemetry).map_err(misconfigured)?;
    let tasks = settings::registry(config.tasks.clone())?;
    let stop = shutdown::on_signals().context("couldn't watch signals")?;
    let place = Place::find(&config, &args)?;
    let listener = listen(config.http.listen).await.or_exit(ExitCode::Address)?;
    let address = listener.local_addr().context("couldn't ask for the port")?;
    let patience = args.wait.patience();
    let (store, clock) = (open_store(&config.database, &place.database, Migrate::Apply, patience).await?, Arc::new(SystemClock));
    let registry = ruche_bootstrap::start_metrics("ruche");
    let artifacts = open_artifacts(&config.artifacts, &place.database, store.clone(), clock.clone(), &registry).await?;
    let tasks = tasks.with(artifacts.clone());
    let parts = Parts {
        store,
        broker: open_broker(&config.broker, &place.broker)?,
        clock,
        registry,
        artifacts,
        client: Some(client_files::CLIENT),
    };
    // The engine does so too, in its own time; here it is done before anybody is told that tasks can be enqueued.
    parts.store.register(&tasks.definitions(), parts.clock.now()).await.context("couldn't store the task definitions")?;
    let options = settings::engine_options(&config.worker).map_err(misconfigured)?;
    let (store, broker) = (parts.store.clone(), parts.broker.clone());
    show_connections(&parts.registry, store.clone(), broker.clone()).context("couldn't show the connections")?;
    let engine = Engine::start(options, tasks, store.clone(), broker.clone(), parts.clock.clone(), &parts.registry)
        .context("couldn't start the worker")?;
    let mut server = RunningServer::start(&config, parts, listener).context("couldn't start the server")?;
    output::line(greeting(address, &place))
        .or_else(|error| if error.is::<output::OutputClosed>() { Ok(()) } else { Err(error) })?;
    let ended = tokio::select! {
        () = stop.cancelled() => Ok(()),
        ended = server.ended() => ended.context("the server ended"),
    };
    // The worker first: while it drains, people still see how far it has come.
    engine.drain().await;
    if ended.is_ok() {
        server.stop().await;
    }
    broker.close().await;
    store.close().await;
    tracing::info!("stopped");
    Ok(ended.map(|()| ExitCode::Success)?)
}

fn load(args: &UpArgs) -> Result<FullConfig, Failure> {
    let sources: Sources = sources(&args.config)
        .map_err(misconfigured)?
        .flag("--listen", "http.listen", args.listen.map(|address| address.to_string()))
        .flag("--database-url", "database.url", args.database_url.clone())
        .flag("--broker-url", "broker.url", args.broker_url.clone())
        .flag("--concurrency", "worker.concurrency", args.concurrency);
    let config: FullConfig = sources.load().map_err(misconfigured)?;
    config.check().map_err(misconfigured)?;
    Ok(config)
}

/// Where tasks are kept, and how they get to the worker.
struct Place {
    database: ServiceUrl,
    broker: ServiceUrl,
    /// Locked as long as the process runs, where the database is a file of ours.
    _directory: Option<DataDirectory>,
}

impl Place {
    fn find(config: &FullConfig, args: &UpArgs) -> Result<Self, Failure> {
        let broker = config.broker.address().map_err(misconfigured)?.unwrap_or_else(|| ServiceUrl::new("memory:"));
        if let Some(database) = config.database.address().map_err(misconfigured)? {
            return Ok(Self { database, broker, _directory: None });
        }
        let directory = DataDirectory::open(args.data_dir.as_deref())?;
        Ok(Self { database: directory.database(), broker, _directory: Some(directory) })
    }
}

fn greeting(address: SocketAddr, place: &Place) -> String {
    format!(
        "\
Ruche is up.

  Client      http://{address}/
  API         http://{address}/api/v1
  Swagger UI  http://{address}/docs
  Metrics     http://{address}/metrics
  Database    {}
  Broker      {}

Try `ruche enqueue ruche.sleep milliseconds=3000 --wait 10`. Ctrl-C drains and stops.
",
        place.database, place.broker
    )
}
