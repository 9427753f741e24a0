//! `PUT /webhooks/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use ruche_api::ReplaceWebhook;
use ruche_store::WebhookChange;

use super::{
    super::{Tag, names, schedules::expected},
    Stands, change,
};
use crate::{
    payload::JsonBody,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    webhooks,
};

/// Replacing.
pub struct Replace;

/// The statuses only this operation has.
struct Replacing;

impl Refuses for Replacing {
    const STATUSES: &'static [u16] = &[404, 412, 413, 415, 422, 428];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Replace {
    /// Replace a webhook
    ///
    /// Its secret stays, and so does a pause. A new address applies to what is on its way too. `If-Match` has to name the revision
    /// that is replaced: where somebody else has changed the webhook meanwhile, nothing is, and the answer is 412.
    #[oai(path = "/webhooks/:name", method = "put", operation_id = "replaceWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn replace_webhook(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        body: JsonBody<ReplaceWebhook>,
        /// `ETag` of the webhook that is replaced; `*` for whatever there is. Without it the answer is 428.
        #[oai(name = "If-Match", validator(min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$"))]
        if_match: Header<Option<String>>,
    ) -> Result<Stands, Refusal<Replacing>> {
        let name = names::webhook_name(&name)?;
        let if_match = if_match.0.ok_or_else(|| Problem::new(Code::PreconditionRequired))?;
        let definition = webhooks::definition(body.parse()?)?;
        let wish = WebhookChange::Replace(Box::new(definition));
        Ok(Stands::at(change(&shared, &name, expected(&if_match), &wish).await?))
    }
}
