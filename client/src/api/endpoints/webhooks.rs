//! Webhooks and their deliveries.

use ruche_api::{
    CreateWebhook, ReplaceWebhook, ReplayWebhook, ReplayedWebhook, RotateWebhookSecret, Webhook, WebhookDelivery,
    WebhookDeliveryPage, WebhookPage, WebhookWithSecret,
};
use uuid::Uuid;

use super::{super::Ask, PAGE};
use crate::browser::clock::Moment;

pub fn list(cursor: Option<&str>) -> Ask<WebhookPage> {
    Ask::get(&["webhooks"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn get(name: &str) -> Ask<Webhook> {
    Ask::get(&["webhooks", name])
}

pub fn create(webhook: &CreateWebhook) -> Ask<WebhookWithSecret> {
    Ask::post_json(&["webhooks"], webhook)
}

/// Replaces it, if it is still at this revision. Its secret stays.
pub fn replace(name: &str, webhook: &ReplaceWebhook, revision: u64) -> Ask<Webhook> {
    Ask::put(&["webhooks", name], webhook).if_match(revision)
}

pub fn delete(name: &str) -> Ask<()> {
    Ask::delete(&["webhooks", name])
}

pub fn pause(name: &str) -> Ask<Webhook> {
    Ask::post(&["webhooks", name, "pause"])
}

pub fn resume(name: &str) -> Ask<Webhook> {
    Ask::post(&["webhooks", name, "resume"])
}

/// Makes a new secret; the one before signs too for a day.
pub fn rotate(name: &str) -> Ask<WebhookWithSecret> {
    Ask::post_json(&["webhooks", name, "rotate-secret"], &RotateWebhookSecret::default())
}

/// Sends an event that only says that it is a test.
pub fn test(name: &str) -> Ask<WebhookDelivery> {
    Ask::post(&["webhooks", name, "test"])
}

/// Deliveries, in the state of this word or in all.
pub fn deliveries(name: &str, state: Option<&str>, cursor: Option<&str>) -> Ask<WebhookDeliveryPage> {
    Ask::get(&["webhooks", name, "deliveries"]).query("state", state).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn replay(name: &str, delivery: Uuid) -> Ask<WebhookDelivery> {
    Ask::post(&["webhooks", name, "deliveries", &delivery.to_string(), "replay"])
}

/// Delivers once more what failed since then.
pub fn replay_since(name: &str, since: Moment) -> Ask<ReplayedWebhook> {
    Ask::post_json(&["webhooks", name, "replay"], &ReplayWebhook { since })
}
