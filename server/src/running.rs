//! A whole server in a process: the API on a port, and the maintenance duties beside it.

use std::{io, sync::Arc};

use poem::listener::TcpAcceptor;
use ruche_artifacts::Depot;
use ruche_bootstrap::config::{Config, ConfigError};
use ruche_broker::SharedBroker;
use ruche_domain::Clock;
use ruche_store::SharedStore;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    ApiKey, App, Client, ServerOptions, ServerState, auditor::Auditor, enqueuer::Enqueuer, maintenance::Duties,
    publisher::Publisher,
};

/// What a server works with.
#[derive(Clone)]
pub struct Parts {
    /// Where the tasks are.
    pub store: SharedStore,
    /// The way to the workers.
    pub broker: SharedBroker,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What `/metrics` shows.
    pub registry: prometheus::Registry,
    /// Files of tasks.
    pub artifacts: Depot,
    /// The web client, where it is served too.
    pub client: Option<Client>,
}

/// A running server.
#[derive(Debug)]
pub struct RunningServer {
    serving: JoinHandle<io::Result<()>>,
    duties: TaskTracker,
    shutdown: CancellationToken,
    auditor: Auditor,
}

/// A server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The metrics registry already has metrics of these names: two servers need two registries.
    #[error("couldn't register the server's metrics")]
    Metrics(#[from] prometheus::Error),
    /// The port was lost between opening and serving it.
    #[error("couldn't serve the port")]
    Listen(#[from] io::Error),
}

/// The API's options.
///
/// # Errors
/// When the API key cannot be read, or is needed and missing.
pub fn server_options<T>(config: &Config<T>) -> Result<ServerOptions, ConfigError> {
    let key = config.http.key()?.map(|key| ApiKey::from(key.reveal().to_owned()));
    Ok(ServerOptions {
        api_key: key,
        require_key: config.http.require_key,
        session: config.http.session(),
        trusted_proxies: config.http.proxies()?,
        audit_enqueue: config.audit.enqueue,
        accept_unregistered_tasks: config.server.accept_unregistered_tasks,
        max_body_bytes: config.server.max_body_bytes,
        max_event_streams: config.server.max_event_streams,
        event_replay: config.server.event_replay,
    })
}

impl RunningServer {
    /// Starts serving. It needs neither database nor broker to be there: it is not ready then.
    ///
    /// # Errors
    /// When the configuration is wrong or the metrics are registered already.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start<T>(config: &Config<T>, parts: Parts, listener: TcpListener) -> Result<Self, StartError> {
        let (options, shutdown, duties) = (server_options(config)?, CancellationToken::new(), TaskTracker::new());
        let Parts { store, broker, clock, registry, artifacts, client } = parts;
        let publisher = Publisher::start(store.clone(), broker.clone(), &registry)?;
        if config.server.maintenance {
            let retention = config.maintenance.retention();
            let maintenance = Duties {
                store: store.clone(),
                broker: broker.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                retention,
                accept_unregistered_tasks: options.accept_unregistered_tasks,
                audit_retention: config.audit.retention(),
                artifacts: artifacts.clone(),
            };
            maintenance.start(&duties, &shutdown);
        }
        duties.close();
        let enqueuer = Enqueuer::start(store.clone(), publisher.clone(), clock.clone());
        let stopping = shutdown.clone();
        let state = ServerState { store, broker, clock, enqueuer, publisher, registry, options, shutdown: stopping, artifacts };
        let app = App::new(state)?.with_client(client);
        let auditor = app.auditor();
        let server = poem::Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?);
        let stop = shutdown.clone().cancelled_owned();
        let serving = tokio::spawn(server.run_with_graceful_shutdown(app, stop, Some(config.server.shutdown())));
        Ok(Self { serving, duties, shutdown, auditor })
    }

    /// Waits until the server ends by itself, which it does only when its port breaks. Cancel safe.
    pub async fn ended(&mut self) -> io::Result<()> {
        (&mut self.serving).await.unwrap_or_else(|broken| Err(io::Error::other(broken)))
    }

    /// Ends event streams, answers what is being asked, finishes the duties' rounds, writes the audit log. Database and broker stay open.
    pub async fn stop(self) {
        self.shutdown.cancel();
        // A broken port was told by `ended`, if anybody asked; now it does not matter any more.
        drop(self.serving.await);
        self.duties.wait().await;
        self.auditor.flush().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configurations_defaults_are_the_apis() {
        assert_eq!(server_options(&Config::<ruche_bootstrap::config::SomeTasks>::default()).unwrap(), ServerOptions::default());
    }
}
