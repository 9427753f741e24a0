//! Webhooks.

use reqwest::Method;
use ruche_api::{
    CreateWebhook, ReplaceWebhook, ReplayWebhook, ReplayedWebhook, RotateWebhookSecret, Webhook, WebhookDelivery,
    WebhookDeliveryPage, WebhookPage, WebhookWithSecret,
};
use ruche_domain::{
    WebhookName,
    webhook::{DeliveryId, DeliveryState},
};

use super::{ApiError, Client, PATIENCE};

const WEBHOOKS: &str = "api/v1/webhooks";

impl Client {
    /// A page of webhooks, by name.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn webhooks(&self, limit: u32, cursor: Option<&str>) -> Result<WebhookPage, ApiError> {
        self.page(WEBHOOKS, limit, cursor).await
    }

    /// One webhook.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn webhook(&self, name: &WebhookName) -> Result<Webhook, ApiError> {
        self.get(&format!("{WEBHOOKS}/{name}")).await
    }

    /// Creates a webhook.
    ///
    /// # Errors
    /// When there is one of this name, among others.
    pub async fn create_webhook(&self, webhook: &CreateWebhook) -> Result<WebhookWithSecret, ApiError> {
        self.read(self.request(Method::POST, WEBHOOKS).json(webhook).timeout(PATIENCE)).await
    }

    /// Replaces a webhook that has this revision.
    ///
    /// # Errors
    /// When somebody else has changed it meanwhile, among others.
    pub async fn replace_webhook(
        &self,
        name: &WebhookName,
        revision: u64,
        webhook: &ReplaceWebhook,
    ) -> Result<Webhook, ApiError> {
        let request = self.request(Method::PUT, &format!("{WEBHOOKS}/{name}")).json(webhook);
        self.read(request.header("if-match", format!("\"{revision}\"")).timeout(PATIENCE)).await
    }

    /// Deletes a webhook.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn delete_webhook(&self, name: &WebhookName) -> Result<(), ApiError> {
        self.send(self.request(Method::DELETE, &format!("{WEBHOOKS}/{name}")).timeout(PATIENCE)).await.map(drop)
    }

    /// Pauses a webhook, or resumes it.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn set_webhook_paused(&self, name: &WebhookName, paused: bool) -> Result<Webhook, ApiError> {
        let verb = if paused { "pause" } else { "resume" };
        self.read(self.request(Method::POST, &format!("{WEBHOOKS}/{name}/{verb}")).timeout(PATIENCE)).await
    }

    /// Replaces a webhook's secret.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn rotate_webhook_secret(
        &self,
        name: &WebhookName,
        how: RotateWebhookSecret,
    ) -> Result<WebhookWithSecret, ApiError> {
        let request = self.request(Method::POST, &format!("{WEBHOOKS}/{name}/rotate-secret")).json(&how);
        self.read(request.timeout(PATIENCE)).await
    }

    /// Sends a test event.
    ///
    /// # Errors
    /// When the webhook is paused, among others.
    pub async fn test_webhook(&self, name: &WebhookName) -> Result<WebhookDelivery, ApiError> {
        self.read(self.request(Method::POST, &format!("{WEBHOOKS}/{name}/test")).timeout(PATIENCE)).await
    }

    /// A page of a webhook's deliveries, the latest event first.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn webhook_deliveries(
        &self,
        name: &WebhookName,
        state: Option<DeliveryState>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<WebhookDeliveryPage, ApiError> {
        let mut url = self.url(&format!("{WEBHOOKS}/{name}/deliveries"));
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string())
            .extend_pairs(state.map(|state| ("state", state.as_str())))
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    /// Delivers one delivery once more.
    ///
    /// # Errors
    /// When it is on its way, among others.
    pub async fn replay_webhook_delivery(&self, name: &WebhookName, id: DeliveryId) -> Result<WebhookDelivery, ApiError> {
        let path = format!("{WEBHOOKS}/{name}/deliveries/{id}/replay");
        self.read(self.request(Method::POST, &path).timeout(PATIENCE)).await
    }

    /// Delivers what failed once more.
    ///
    /// # Errors
    /// When there is no such webhook, among others.
    pub async fn replay_webhook(&self, name: &WebhookName, what: ReplayWebhook) -> Result<ReplayedWebhook, ApiError> {
        let request = self.request(Method::POST, &format!("{WEBHOOKS}/{name}/replay")).json(&what);
        self.read(request.timeout(PATIENCE)).await
    }
}
