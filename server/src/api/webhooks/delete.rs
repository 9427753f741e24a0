//! `DELETE /webhooks/{name}`

use autometrics::autometrics;
use poem::{Request, http::header, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
};
use ruche_store::WebhookDeletion;

use super::{
    super::{
        Tag, names,
        schedules::{expected, stale},
    },
    not_found,
};
use crate::{
    problem::Problem,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Deleting.
pub struct Delete;

/// Nothing is left.
#[derive(ApiResponse)]
enum Deleted {
    /// The webhook is gone.
    #[oai(status = 204)]
    Gone,
}

/// The statuses only this operation has.
struct Deleting;

impl Refuses for Deleting {
    const STATUSES: &'static [u16] = &[404, 412];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Delete {
    /// Delete a webhook
    ///
    /// With its secrets and its deliveries, those on their way included; a request that is being sent may still arrive.
    #[oai(path = "/webhooks/:name", method = "delete", operation_id = "deleteWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn delete_webhook(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        /// `ETag` of the webhook that is deleted; whatever there is if left out.
        #[oai(name = "If-Match", validator(min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$"))]
        if_match: Header<Option<String>>,
        request: &Request,
    ) -> Result<Deleted, Refusal<Deleting>> {
        let name = names::webhook_name(&name)?;
        let expected = match if_match.0 {
            Some(tag) => expected(&tag),
            // A tag that is no text must not count as none.
            None if request.headers().contains_key(header::IF_MATCH) => {
                return Err(Problem::parameter("If-Match", "visible ASCII characters").into());
            }
            None => None,
        };
        match shared.store.delete_webhook(&name, expected, shared.clock.now()).await? {
            WebhookDeletion::NotFound => Err(not_found().into()),
            WebhookDeletion::Stale(revision) => Err(stale(revision).into()),
            WebhookDeletion::Deleted => Ok(Deleted::Gone),
        }
    }
}
