//! `POST /webhooks/{name}/test`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};
use ruche_api::WebhookDelivery;
use ruche_store::WebhookTest;

use super::{
    super::{Tag, names},
    not_found,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Trying.
pub struct Try;

/// The delivery.
#[derive(ApiResponse)]
pub(super) enum Accepted {
    /// The delivery is committed, and goes on by itself.
    #[oai(status = 202)]
    Accepted(Document<WebhookDelivery>),
}

/// The statuses only this operation has.
struct Trying;

impl Refuses for Trying {
    const STATUSES: &'static [u16] = &[404, 409];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Try {
    /// Send a test event
    ///
    /// An event of the kind `webhook.test`, delivered like any other, whatever kinds the webhook asks for. A paused webhook is sent
    /// nothing: 409.
    #[oai(path = "/webhooks/:name/test", method = "post", operation_id = "testWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn test_webhook(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Accepted, Refusal<Trying>> {
        let name = names::webhook_name(&name)?;
        let id = shared.clock.new_task_id().as_uuid().into();
        match shared.store.test_webhook(&name, id, shared.clock.now()).await? {
            WebhookTest::NotFound => Err(not_found().into()),
            WebhookTest::Paused => Err(Problem::new(Code::WebhookPaused).into()),
            WebhookTest::Recorded(delivery) => Ok(Accepted::Accepted(Document(views::delivery(*delivery)))),
        }
    }
}
