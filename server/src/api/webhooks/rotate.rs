//! `POST /webhooks/{name}/rotate-secret`

use std::time::Duration;

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};
use ruche_api::{RotateWebhookSecret, WebhookWithSecret};
use ruche_domain::webhook::{Webhook, WebhookSecret};
use ruche_store::WebhookChange;

use super::{
    super::{Tag, names},
    change, tag,
};
use crate::{
    payload::{Document, OptionalBody},
    refusal::{Refusal, Refuses},
    scheduling::invalid_field,
    state::Shared,
    views,
};

/// Replacing the secret.
pub struct Rotate;

/// The webhook with its new secret.
#[derive(ApiResponse)]
enum Rotated {
    /// The secret is replaced. It is shown this once.
    #[oai(status = 200)]
    Ok(
        Document<WebhookWithSecret>,
        /// The webhook's revision, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The statuses only this operation has.
struct Rotating;

impl Refuses for Rotating {
    const STATUSES: &'static [u16] = &[404, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Rotate {
    /// Replace a webhook's secret
    ///
    /// Requests are signed with the new secret at once, and for `previous_valid_ms` with the one before too: a receiver that knows
    /// either can verify them. At most three secrets sign at once.
    #[oai(path = "/webhooks/:name/rotate-secret", method = "post", operation_id = "rotateWebhookSecret")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn rotate_webhook_secret(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        body: OptionalBody<RotateWebhookSecret>,
    ) -> Result<Rotated, Refusal<Rotating>> {
        let name = names::webhook_name(&name)?;
        let wish = body.parse()?.unwrap_or_default();
        let overlap = wish.previous_valid_ms.map_or(Webhook::OVERLAP, Duration::from_millis);
        if overlap > Webhook::MAX_OVERLAP {
            return Err(invalid_field("/previous_valid_ms", "range", "at most 7 days").into());
        }
        let secret = WebhookSecret::new(&shared.clock.secret());
        let until = shared.clock.now() + overlap;
        let webhook = change(&shared, &name, None, &WebhookChange::Rotate { secret: secret.clone(), until }).await?;
        let tag = tag(webhook.revision);
        let shown = WebhookWithSecret { webhook: views::webhook(webhook), secret: secret.expose().to_owned() };
        Ok(Rotated::Ok(Document(shown), tag))
    }
}
