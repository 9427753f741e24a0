//! Health checks, metrics and a page for people, for processes that have no API.

use std::{sync::Arc, time::Duration};

use poem::{
    EndpointExt, Response, Route, Server,
    endpoint::make_sync,
    handler,
    http::StatusCode,
    listener::TcpAcceptor,
    web::{Data, Html},
};
use prometheus::Registry;
use ruche_broker::SharedBroker;
use ruche_store::SharedStore;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::metrics;

/// Longest wait for the database in a readiness check.
const PING: Duration = Duration::from_secs(2);

/// What the probes look at.
#[derive(Clone)]
pub struct Probes {
    /// What the page calls the process.
    pub title: &'static str,
    /// The database.
    pub store: SharedStore,
    /// The broker.
    pub broker: SharedBroker,
    /// The metrics.
    pub registry: Registry,
    /// Set when the process is on its way out: not ready any more.
    pub stopping: CancellationToken,
}

impl Probes {
    /// Why the process is not ready; `None` when it is.
    pub async fn not_ready(&self) -> Option<&'static str> {
        if self.stopping.is_cancelled() {
            return Some("stopping");
        }
        if !self.broker.is_connected() {
            return Some("the broker is unavailable");
        }
        match timeout(PING, self.store.ping()).await {
            Ok(Ok(())) => None,
            _ => Some("the database is unavailable"),
        }
    }

    /// Serves `/`, `/livez`, `/readyz` and `/metrics` until `stop` is cancelled.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
        let acceptor = TcpAcceptor::from_tokio(listener)?;
        let server = Server::new_with_acceptor(acceptor);
        server.run_with_graceful_shutdown(self.routes(), stop.cancelled_owned(), Some(Duration::from_secs(1))).await
    }

    fn routes(self) -> impl poem::Endpoint {
        Route::new()
            .at("/", poem::get(page))
            .at("/livez", poem::get(make_sync(|_| "ok\n")))
            .at("/readyz", poem::get(readyz))
            .at("/metrics", poem::get(metrics_page))
            .data(Arc::new(self))
    }
}

#[handler]
async fn readyz(Data(probes): Data<&Arc<Probes>>) -> Response {
    match probes.not_ready().await {
        None => Response::builder().body("ok\n"),
        Some(reason) => Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).body(format!("{reason}\n")),
    }
}

#[handler]
fn metrics_page(Data(probes): Data<&Arc<Probes>>) -> Response {
    match metrics::render(&probes.registry) {
        Ok(text) => Response::builder().content_type(metrics::CONTENT_TYPE).body(text),
        Err(error) => {
            tracing::error!(%error, "couldn't render the metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

#[handler]
async fn page(Data(probes): Data<&Arc<Probes>>) -> Html<String> {
    let state = probes.not_ready().await.unwrap_or("ready");
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title} {version}</h1><p role=\"status\">{state}</p>\
         <ul><li><a href=\"/readyz\">readiness</a><li><a href=\"/livez\">liveness</a><li><a href=\"/metrics\">metrics</a></ul></html>\n",
        title = probes.title,
        version = env!("CARGO_PKG_VERSION"),
    ))
}
