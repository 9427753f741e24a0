//! `GET /webhooks/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};

use super::{
    super::{Tag, names},
    OfWebhook, Stands, existing,
};
use crate::{refusal::Refusal, state::Shared};

/// One webhook.
pub struct Get;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Get {
    /// Get a webhook
    ///
    /// The webhook, without its secret. `ETag` is its revision, which deliveries do not change.
    #[oai(path = "/webhooks/:name", method = "get", operation_id = "getWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_webhook(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfWebhook>> {
        let name = names::webhook_name(&name)?;
        Ok(Stands::at(existing(&shared, &name).await?))
    }
}
