//! `webhook.deliver`: tells a subscription's receiver of an event.
//!
//! The arguments are the delivery's id. Everything else is read when the task runs: a changed address or secret applies to what is on
//! its way, and nothing secret is in arguments, messages or logs.

mod deliveries;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use ruche_domain::{
    QueueName,
    webhook::{Answer, Attempted, DELIVER, DeliveryId, MAX_TRIES, Verdict},
};
use ruche_store::{DeliveryTarget, SharedStore, Shipment, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use deliveries::Deliveries;

use super::{
    Secret,
    http_request::{Answered, Client, HttpError, InvalidSigningSecret, Letter, SigningKey},
};
use crate::{Task, TaskContext, TaskDefaults, TaskError};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where deliveries are: the engine gives its store to the tasks it runs.
pub(crate) struct Ledger(pub(crate) SharedStore, pub(crate) Deliveries);

/// Delivers an event to a webhook, signed by the Standard Webhooks specification. The server enqueues these; one that is enqueued by
/// hand finds nothing to deliver. Tried again on anything but 2xx and 410, for about three days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookDeliver {
    /// The delivery's id.
    #[schemars(length(min = 36, max = 36))]
    delivery: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// The receiver took it.
    Delivered,
    /// The subscription is paused: the delivery waits until it is resumed, and gets another task then.
    Paused,
    /// The subscription was deleted, or another task has the delivery.
    NothingToDo,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebhookDelivered {
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// What the receiver answered.
    pub status: Option<u16>,
}

/// How a delivery fails.
#[derive(Debug, thiserror::Error)]
enum DeliverError {
    #[error("not a delivery's id")]
    Arguments,
    #[error("couldn't read the delivery")]
    Read(#[source] StoreError),
    #[error("couldn't enter what became of the delivery")]
    Enter(#[source] StoreError),
    #[error("the webhook's secret cannot be used")]
    Secret(#[from] InvalidSigningSecret),
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl From<DeliverError> for TaskError {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Arguments => Self::fail(error).kind("invalid_arguments"),
            DeliverError::Read(_) | DeliverError::Enter(_) => Self::retry(error).kind("store"),
            DeliverError::Secret(_) => Self::fail(error).kind("invalid_secret"),
            DeliverError::Http(error) => error.into(),
        }
    }
}

impl Task for WebhookDeliver {
    const NAME: &'static str = DELIVER;
    type Output = WebhookDelivered;

    fn defaults() -> TaskDefaults {
        TaskDefaults { queue: QueueName::webhooks(), timeout: Some(Duration::from_secs(60)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<WebhookDelivered, TaskError> {
        let id: DeliveryId = self.delivery.parse().map_err(|_| DeliverError::Arguments)?;
        let ledger = context.resource::<Ledger>();
        let target = ledger.0.delivery_target(id, context.id(), context.clock().now()).await.map_err(DeliverError::Read)?;
        let shipment = match target {
            DeliveryTarget::Nothing => return Ok(done(DeliveryOutcome::NothingToDo)),
            DeliveryTarget::Paused => return Ok(done(DeliveryOutcome::Paused)),
            DeliveryTarget::Send(shipment) => shipment,
        };
        let answered = tokio::select! {
            biased;
            () = context.cancelled() => return Err(HttpError::Cancelled.into()),
            answered = ledger.1.time(send(context, id, &shipment, PATIENCE)) => answered?,
        };
        enter(context, &ledger, id, &shipment, answered).await
    }
}

const fn done(outcome: DeliveryOutcome) -> WebhookDelivered {
    WebhookDelivered { outcome, status: None }
}

/// The answer, or why there is none; an error when nothing could be sent at all.
async fn send(
    context: &TaskContext,
    id: DeliveryId,
    shipment: &Shipment,
    patience: Duration,
) -> Result<Result<Answered, HttpError>, DeliverError> {
    let client: Arc<Client> = context.resource();
    let key = |secret: &ruche_domain::webhook::WebhookSecret| SigningKey::parse(&Secret::from(secret.expose().to_owned()));
    let keys = shipment.secrets.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    let now = context.clock().now();
    let letter = Letter { url: shipment.url.as_str(), id: id.to_string(), body: shipment.event.body(), keys: &keys, now };
    Ok(tokio::time::timeout(patience, client.post(letter)).await.unwrap_or(Err(HttpError::Timeout)))
}

/// Enters what the try came to, in the delivery and then as the attempt's outcome.
async fn enter(
    context: &TaskContext,
    ledger: &Ledger,
    id: DeliveryId,
    shipment: &Shipment,
    answered: Result<Answered, HttpError>,
) -> Result<WebhookDelivered, TaskError> {
    let (answer, error) = match &answered {
        Ok(Answered { status, after }) => (Answer::Status(*status, *after), None),
        Err(error) => (Answer::None, Some(error.to_string())),
    };
    let verdict = Verdict::of(answer, shipment.tries + 1, context.clock().random());
    let status = answered.as_ref().ok().map(|answered| answered.status);
    let error =
        error.or_else(|| status.filter(|_| verdict != Verdict::Delivered).map(|status| format!("the answer was {status}")));
    let attempted = Attempted { delivery: id, by: context.id(), status, error: error.map(cut), verdict };
    context.info(format!("try {} of {MAX_TRIES} at {}: {}", shipment.tries + 1, shipment.url.origin(), told(&attempted)));
    let entered = ledger.0.record_attempt(&attempted, context.clock().now()).await.map_err(DeliverError::Enter)?;
    if entered {
        ledger.1.count(verdict);
    } else {
        return Ok(WebhookDelivered { outcome: DeliveryOutcome::NothingToDo, status });
    }
    let failed = attempted.error.as_deref().unwrap_or_default();
    let kind = if status.is_some() { "http_status" } else { "unreachable" };
    match verdict {
        Verdict::Delivered => Ok(WebhookDelivered { outcome: DeliveryOutcome::Delivered, status }),
        Verdict::Again { wait } => Err(TaskError::retry_after(failed, wait).kind(kind)),
        Verdict::GaveUp => Err(TaskError::fail(failed).kind(kind)),
        Verdict::Gone => Err(TaskError::fail("the receiver answered 410: its webhook is paused").kind("gone")),
    }
}

fn told(attempted: &Attempted) -> String {
    match (&attempted.error, attempted.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("answered {status}"),
        (None, None) => String::new(),
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(Attempted::MAX_ERROR));
    text
}
