//! `POST /webhooks`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{CreateWebhook, WebhookWithSecret};
use ruche_domain::{
    WebhookName,
    webhook::{Webhook, WebhookSecret},
};
use ruche_store::WebhookCreation;

use super::{super::Tag, tag};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    scheduling::invalid_field,
    state::Shared,
    views, webhooks,
};

/// Names that clients take out of paths.
const RESERVED: [&str; 2] = [".", ".."];

/// Creating.
pub struct Create;

/// The webhook.
#[derive(ApiResponse)]
enum Created {
    /// The webhook is committed. Its secret is shown this once.
    #[oai(status = 201)]
    Created(
        Document<WebhookWithSecret>,
        /// Address of the webhook.
        #[oai(header = "Location")]
        String,
        /// The webhook's revision, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The statuses only this operation has.
struct Creating;

impl Refuses for Creating {
    const STATUSES: &'static [u16] = &[409, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Webhooks")]
impl Create {
    /// Create a webhook
    ///
    /// It is sent every event that it asks for and that happens after the answer, at least once, in no promised order, as a POST by the
    /// Standard Webhooks specification (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Anything but 2xx is tried again,
    /// ten times in about three days; 410 pauses the webhook.
    #[oai(path = "/webhooks", method = "post", operation_id = "createWebhook")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn create_webhook(&self, shared: Data<&Shared>, body: JsonBody<CreateWebhook>) -> Result<Created, Refusal<Creating>> {
        let (name, paused, wish) = body.parse()?.split();
        let name = WebhookName::new(&name).map_err(|error| invalid_field("/name", "pattern", &error.to_string()))?;
        if RESERVED.contains(&name.as_str()) {
            return Err(invalid_field("/name", "reserved", "not this one: it would make no path of its own").into());
        }
        let definition = webhooks::definition(wish)?;
        let id = shared.clock.new_task_id().as_uuid().into();
        let webhook = Webhook::begin(id, name, definition, paused, shared.clock.now());
        let secret = WebhookSecret::new(&shared.clock.secret());
        match shared.store.create_webhook(&webhook, &secret).await? {
            WebhookCreation::Exists => return Err(Problem::new(Code::WebhookExists).into()),
            WebhookCreation::TooMany => return Err(Problem::new(Code::TooManyWebhooks).into()),
            WebhookCreation::Created => {}
        }
        let (location, tag) = (format!("/api/v1/webhooks/{}", webhook.name), tag(webhook.revision));
        let shown = WebhookWithSecret { webhook: views::webhook(webhook), secret: secret.expose().to_owned() };
        Ok(Created::Created(Document(shown), location, tag))
    }
}
