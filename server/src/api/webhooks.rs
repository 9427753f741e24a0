//! Webhooks.

mod create;
mod delete;
mod deliveries;
mod get;
mod list;
mod pause;
mod replace;
mod replay;
mod rotate;
mod test;

use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::Webhook;
use ruche_domain::WebhookName;
use ruche_store::{WebhookAnswer, WebhookChange};

use super::schedules::{stale, tag};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::Refuses,
    state::Shared,
    views,
};

/// The operations on webhooks, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (
        (create::Create, list::List, get::Get, replace::Replace, delete::Delete),
        (pause::Pause, rotate::Rotate, test::Try, deliveries::Deliveries, replay::Replay),
    )
}

/// A webhook as it stands.
#[derive(ApiResponse)]
enum Stands {
    /// The webhook.
    #[oai(status = 200)]
    Ok(
        Document<Webhook>,
        /// The webhook's revision, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

impl Stands {
    fn at(webhook: ruche_domain::webhook::Webhook) -> Self {
        let tag = tag(webhook.revision);
        Self::Ok(Document(views::webhook(webhook)), tag)
    }
}

/// The statuses only operations on one webhook have.
struct OfWebhook;

impl Refuses for OfWebhook {
    const STATUSES: &'static [u16] = &[404];
}

async fn existing(shared: &Shared, name: &WebhookName) -> Result<ruche_domain::webhook::Webhook, Problem> {
    shared.store.webhook(name).await?.ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(Code::WebhookNotFound)
}

/// Makes a change; the webhook after it.
async fn change(
    shared: &Shared,
    name: &WebhookName,
    expected: Option<u64>,
    change: &WebhookChange,
) -> Result<ruche_domain::webhook::Webhook, Problem> {
    match shared.store.change_webhook(name, expected, change, shared.clock.now()).await? {
        WebhookAnswer::NotFound => Err(not_found()),
        WebhookAnswer::Stale(revision) => Err(stale(revision)),
        WebhookAnswer::Changed(webhook) => Ok(*webhook),
    }
}
