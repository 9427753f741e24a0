//! Webhooks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A kind of event that a webhook may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
pub enum WebhookEvent {
    /// A task succeeded.
    #[serde(rename = "task.succeeded")]
    #[cfg_attr(feature = "openapi", oai(rename = "task.succeeded"))]
    Succeeded,
    /// A task failed for good.
    #[serde(rename = "task.failed")]
    #[cfg_attr(feature = "openapi", oai(rename = "task.failed"))]
    Failed,
    /// A task was cancelled.
    #[serde(rename = "task.cancelled")]
    #[cfg_attr(feature = "openapi", oai(rename = "task.cancelled"))]
    Cancelled,
    /// A task's time was over before it ran.
    #[serde(rename = "task.expired")]
    #[cfg_attr(feature = "openapi", oai(rename = "task.expired"))]
    Expired,
    /// An attempt failed, and the task is tried again.
    #[serde(rename = "task.retrying")]
    #[cfg_attr(feature = "openapi", oai(rename = "task.retrying"))]
    Retrying,
}

/// A part of a task's payload that a webhook may ask to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WebhookInclude {
    /// Its positional arguments.
    Args,
    /// Its keyword arguments.
    Kwargs,
    /// Its result.
    Result,
}

/// A webhook to replace one by; what is left out takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ReplaceWebhook {
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_length = 1000)))]
    pub description: Option<String>,
    /// Where events are sent: `http` or `https`, without user name, password and fragment. Workers send to public addresses only,
    /// unless their configuration allows others.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 8, max_length = 2048, pattern = "^https?://[!-~]+$")))]
    pub url: String,
    /// The kinds of events to send, each once.
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 5, unique_items)))]
    pub events: Vec<WebhookEvent>,
    /// Only events of tasks in these queues; of all if left out or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 50)))]
    pub queues: Option<Vec<String>>,
    /// Only events of tasks of these names; of all if left out or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 50)))]
    pub tasks: Option<Vec<String>>,
    /// What of the task's payload is sent along, up to 64 KiB each; nothing if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 3, unique_items)))]
    pub include: Option<Vec<WebhookInclude>>,
}

/// A new webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Its name; not `.` or `..`.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub name: String,
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_length = 1000)))]
    pub description: Option<String>,
    /// Where events are sent: `http` or `https`, without user name, password and fragment. Workers send to public addresses only,
    /// unless their configuration allows others.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 8, max_length = 2048, pattern = "^https?://[!-~]+$")))]
    pub url: String,
    /// The kinds of events to send, each once.
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 5, unique_items)))]
    pub events: Vec<WebhookEvent>,
    /// Only events of tasks in these queues; of all if left out or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 50)))]
    pub queues: Option<Vec<String>>,
    /// Only events of tasks of these names; of all if left out or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 50)))]
    pub tasks: Option<Vec<String>>,
    /// What of the task's payload is sent along, up to 64 KiB each; nothing if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 3, unique_items)))]
    pub include: Option<Vec<WebhookInclude>>,
    /// Whether it begins paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

impl CreateWebhook {
    /// The name, whether it begins paused, and everything else.
    #[must_use]
    pub fn split(self) -> (String, bool, ReplaceWebhook) {
        let Self { name, description, url, events, queues, tasks, include, paused } = self;
        (name, paused.unwrap_or_default(), ReplaceWebhook { description, url, events, queues, tasks, include })
    }
}

/// Why a webhook is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WebhookPauseReason {
    /// Somebody asked for it.
    Asked,
    /// The receiver answered 410.
    Gone,
    /// Nothing could be delivered for five days.
    Failing,
}

/// A webhook. Its secret is shown when it is created or replaced, and never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where events are sent.
    pub url: String,
    /// The kinds of events it is sent.
    pub events: Vec<WebhookEvent>,
    /// Only events of tasks in these queues; of all if empty.
    pub queues: Vec<String>,
    /// Only events of tasks of these names; of all if empty.
    pub tasks: Vec<String>,
    /// What of the task's payload is sent along.
    pub include: Vec<WebhookInclude>,
    /// Since when it is paused: what happens meanwhile is not recorded, and what was recorded waits.
    pub paused_at: Option<DateTime<Utc>>,
    /// Why it is paused.
    pub pause_reason: Option<WebhookPauseReason>,
    /// The first failure since the last success. After five days it is paused.
    pub failing_since: Option<DateTime<Utc>>,
    /// When its secret was replaced last.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Until when the secret before signs too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When it was created. It is sent what happened since.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Grows with each change, not with deliveries; the `ETag`.
    pub revision: u64,
}

/// A webhook with its secret, which is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// What requests are signed with: `whsec_` and base64 of 32 bytes, as libraries for Standard Webhooks take it.
    pub secret: String,
}

impl std::fmt::Debug for WebhookWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookWithSecret").field("webhook", &self.webhook).finish_non_exhaustive()
    }
}

/// A page of webhooks, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WebhookPage {
    /// The webhooks.
    pub data: Vec<Webhook>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// How to replace a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct RotateWebhookSecret {
    /// How long the secret before signs too, in milliseconds: at most 7 days, 24 hours if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "604800000"))))]
    pub previous_valid_ms: Option<u64>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryState {
    /// Recorded; while its webhook is paused as long as that lasts.
    Pending,
    /// It has a task, which tries until it is delivered or given up.
    Sending,
    /// The receiver took it.
    Delivered,
    /// Given up.
    Failed,
}

/// What became of an event for a webhook. Kept for 14 days after it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WebhookDelivery {
    /// Its id: the header `webhook-id`, the same for every try and every replay.
    pub id: Uuid,
    /// What happened: one of the kinds of events, or `webhook.test`.
    pub event: String,
    /// To which task.
    pub task_id: Option<Uuid>,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Where it stands.
    pub state: WebhookDeliveryState,
    /// Tries since it was recorded or last replayed; ten at most.
    pub tries: u32,
    /// Times it was replayed.
    pub replays: u32,
    /// The last try.
    pub last_try_at: Option<DateTime<Utc>>,
    /// What the receiver answered then.
    pub last_status: Option<u16>,
    /// Why that try failed.
    pub last_error: Option<String>,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// When it was delivered or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// The task that delivers it, or did: its log tells of each try.
    pub delivered_by: Option<Uuid>,
}

/// A page of deliveries, the latest event first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WebhookDeliveryPage {
    /// The deliveries.
    pub data: Vec<WebhookDelivery>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// What is to be delivered once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ReplayWebhook {
    /// Deliveries that failed, of events at this time or later.
    pub since: DateTime<Utc>,
}

/// What is delivered once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ReplayedWebhook {
    /// How many deliveries wait again: at most 10,000, the oldest. Repeat the request while it is that many.
    pub replayed: u64,
}

impl ReplayedWebhook {
    /// Most deliveries in one request.
    pub const MOST: u32 = 10_000;
}
