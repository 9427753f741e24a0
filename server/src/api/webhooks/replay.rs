//! `POST /webhooks/{name}/deliveries/{id}/replay` and `POST /webhooks/{name}/replay`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{ReplayWebhook, ReplayedWebhook};
use ruche_store::ReplayAnswer;

use super::{
    super::{Tag, names},
    existing,
    test::Accepted,
};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    scheduling::invalid_field,
    state::Shared,
    views,
};

/// Delivering once more.
pub struct Replay;

/// The statuses only this operation has.
struct OfOne;

impl Refuses for OfOne {
    const STATUSES: &'static [u16] = &[404, 409];
}

/// The statuses only this operation has.
struct OfAll;

impl Refuses for OfAll {
    const STATUSES: &'static [u16] = &[404, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Replay {
    /// Replay a delivery
    ///
    /// Sends what was delivered or given up once more, with the same `webhook-id` and all its tries. What is on its way is not
    /// replayed: 409.
    #[oai(path = "/webhooks/:name/deliveries/:id/replay", method = "post", operation_id = "replayWebhookDelivery")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn replay_webhook_delivery(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        id: Path<String>,
    ) -> Result<Accepted, Refusal<OfOne>> {
        let name = names::webhook_name(&name)?;
        let id = names::delivery_id(&id)?;
        let webhook = existing(&shared, &name).await?;
        match shared.store.replay_delivery(webhook.id, id).await? {
            ReplayAnswer::NotFound => Err(Problem::new(Code::DeliveryNotFound).into()),
            ReplayAnswer::Open(state) => Err(Problem::new(Code::DeliveryOpen).detail(format!("the delivery is {state}")).into()),
            ReplayAnswer::Replayed(delivery) => Ok(Accepted::Accepted(Document(views::delivery(*delivery)))),
        }
    }

    /// Replay failed deliveries
    ///
    /// Sends what was given up once more, of events since a time, the oldest first.
    #[oai(path = "/webhooks/:name/replay", method = "post", operation_id = "replayWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn replay_webhook(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        body: JsonBody<ReplayWebhook>,
    ) -> Result<Document<ReplayedWebhook>, Refusal<OfAll>> {
        let name = names::webhook_name(&name)?;
        let since = body.parse()?.since;
        if !(0..=253_402_300_799).contains(&since.timestamp()) {
            return Err(invalid_field("/since", "range", "a time of the years 1970 to 9999").into());
        }
        let webhook = existing(&shared, &name).await?;
        let replayed = shared.store.replay_failed(webhook.id, since, ReplayedWebhook::MOST).await?;
        Ok(Document(ReplayedWebhook { replayed }))
    }
}
