//! `POST /webhooks/{name}/pause` and `…/resume`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_store::WebhookChange;

use super::{
    super::{Tag, names},
    OfWebhook, Stands, change,
};
use crate::{refusal::Refusal, state::Shared};

/// Pausing, and going on.
pub struct Pause;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Pause {
    /// Pause a webhook
    ///
    /// What happens from now on is not recorded for it; what was recorded and is not delivered waits. Pausing twice does no harm.
    #[oai(path = "/webhooks/:name/pause", method = "post", operation_id = "pauseWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn pause_webhook(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfWebhook>> {
        let name = names::webhook_name(&name)?;
        Ok(Stands::at(change(&shared, &name, None, &WebhookChange::Pause).await?))
    }

    /// Resume a webhook
    ///
    /// It is sent what happens from now on, and what waits; past failures are forgotten. Resuming twice does no harm.
    #[oai(path = "/webhooks/:name/resume", method = "post", operation_id = "resumeWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn resume_webhook(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfWebhook>> {
        let name = names::webhook_name(&name)?;
        Ok(Stands::at(change(&shared, &name, None, &WebhookChange::Resume).await?))
    }
}
