//! For load balancers and Prometheus.

use std::time::Duration;

use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, payload::PlainText};
use prometheus::TextEncoder;
use ruche_api::FieldError;

use super::Tag;
use crate::{
    problem::{Code, Problem},
    refusal::{Common, Refusal, Refuses},
    state::Shared,
};

/// How long the database is given to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Probes and metrics.
pub struct Health;

/// The statuses only `ready` has.
struct Ready;

impl Refuses for Ready {
    const STATUSES: &'static [u16] = &[503];
}

/// Text.
#[derive(ApiResponse)]
enum Text {
    /// As asked.
    #[oai(status = 200)]
    Ok(PlainText<String>),
}

#[OpenApi(tag = "Tag::Operations")]
impl Health {
    /// Is the process alive?
    ///
    /// Answers as long as the process can answer anything. Restart it when it does not.
    #[oai(path = "/livez", method = "get", operation_id = "isAlive")]
    async fn is_alive(&self) -> Text {
        Text::Ok(PlainText("ok\n".to_owned()))
    }

    /// Is the server ready?
    ///
    /// Whether the database answers and the broker is connected; `errors` says which is missing. Do not send requests here while
    /// it is not ready.
    #[oai(path = "/readyz", method = "get", operation_id = "isReady")]
    async fn is_ready(&self, shared: Data<&Shared>) -> Result<Text, Refusal<Ready>> {
        let mut errors = Vec::new();
        let mut missing = |what: &str, detail: &str| {
            let (code, detail) = (what.to_owned(), detail.to_owned());
            errors.push(FieldError { pointer: None, parameter: None, code, detail });
        };
        if !matches!(tokio::time::timeout(PATIENCE, shared.store.ping()).await, Ok(Ok(()))) {
            missing("store", "the database does not answer");
        }
        if !shared.broker.is_connected() {
            missing("broker", "the broker is not connected; tasks are accepted and published later");
        }
        if shared.shutdown.is_cancelled() {
            missing("shutdown", "this process is shutting down");
        }
        if errors.is_empty() {
            return Ok(Text::Ok(PlainText("ok\n".to_owned())));
        }
        let detail = errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ");
        Err(Problem::new(Code::NotReady).detail(detail).errors(errors).retry_after(2).into())
    }

    /// Metrics
    ///
    /// The process's metrics as Prometheus reads them (text format 0.0.4).
    #[oai(path = "/metrics", method = "get", operation_id = "getMetrics")]
    async fn get_metrics(&self, shared: Data<&Shared>) -> Result<Text, Refusal<Common>> {
        let text = TextEncoder::new().encode_to_string(&shared.registry.gather());
        let text = text.map_err(|error| {
            tracing::error!(%error, "couldn't write the metrics");
            Problem::new(Code::Internal)
        })?;
        Ok(Text::Ok(PlainText(text)))
    }
}
