//! `GET /webhooks/{name}/deliveries`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use ruche_api::{WebhookDeliveryPage, WebhookDeliveryState};
use ruche_domain::webhook::DeliveryState;

use super::{
    super::{
        Tag, names,
        paging::{LIMIT, Listed, Paging},
    },
    existing,
};
use crate::{
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// What became of events.
pub struct Deliveries;

/// The statuses only this operation has.
struct Known;

impl Refuses for Known {
    const STATUSES: &'static [u16] = &[404, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Deliveries {
    /// List a webhook's deliveries
    ///
    /// What became of events, the latest first. Those that ended are kept for 14 days. Follow `next_cursor` for the next page.
    #[oai(path = "/webhooks/:name/deliveries", method = "get", operation_id = "listWebhookDeliveries")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_webhook_deliveries(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        name: Path<String>,
        /// Only deliveries in this state.
        state: Query<Option<WebhookDeliveryState>>,
        /// Deliveries on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<WebhookDeliveryPage>, Refusal<Known>> {
        let name = names::webhook_name(&name)?;
        let state = state.0.map(views::delivery_state);
        let listing = format!("deliveries of {name}, {}", state.map_or("all", DeliveryState::as_str));
        let paging = Paging { request, signer: &shared.cursors, listing };
        let after = paging.after(cursor.0.as_deref())?;
        let webhook = existing(&shared, &name).await?;
        let page = shared.store.deliveries(webhook.id, state, after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, views::delivery))
    }
}
