//! Webhooks: subscriptions, and what becomes of events for them. Deliveries are recorded by the database itself, within the
//! statement that moves a task (see ARCHITECTURE); everything else is here.

use async_trait::async_trait;
use ruche_domain::{
    NewTask, Timestamp, WebhookName,
    webhook::{
        Attempted, Delivery, DeliveryId, DeliveryState, Event, PauseReason, Webhook, WebhookDefinition, WebhookId, WebhookSecret,
        WebhookUrl,
    },
};

use crate::{Handover, Page, Position, StoreError};

/// What became of a request to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookCreation {
    /// It is committed; it sees every event that commits from now on.
    Created,
    /// There is one of this name, which stays as it is.
    Exists,
    /// There are [`Webhook::MOST`].
    TooMany,
}

/// What somebody changes about a subscription.
#[derive(Debug, Clone)]
pub enum WebhookChange {
    /// [`Webhook::replace`]
    Replace(Box<WebhookDefinition>),
    /// [`Webhook::pause`]
    Pause,
    /// [`Webhook::resume`]
    Resume,
    /// [`Webhook::rotate`]; of the secrets, [`Webhook::MAX_SECRETS`] stay at most.
    Rotate {
        /// The new secret.
        secret: WebhookSecret,
        /// Until when the one before signs too.
        until: Timestamp,
    },
}

impl WebhookChange {
    /// The subscription after it.
    #[must_use]
    pub fn apply(&self, webhook: Webhook, now: Timestamp) -> Webhook {
        match self {
            Self::Replace(definition) => webhook.replace(Clone::clone(definition), now),
            Self::Pause => webhook.pause(PauseReason::Asked, now),
            Self::Resume => webhook.resume(now),
            Self::Rotate { until, .. } => webhook.rotate(*until, now),
        }
    }
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookAnswer {
    /// There is no such subscription.
    NotFound,
    /// Somebody else changed it meanwhile: this is its revision.
    Stale(u64),
    /// It stands like this.
    Changed(Box<Webhook>),
}

/// What became of a request to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookDeletion {
    /// There is no such subscription.
    NotFound,
    /// Somebody else changed it meanwhile: this is its revision.
    Stale(u64),
    /// It is gone, and so are its deliveries, as far as anybody can see.
    Deleted,
}

/// What became of a request to try a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookTest {
    /// There is no such subscription.
    NotFound,
    /// It is paused.
    Paused,
    /// The event is recorded.
    Recorded(Box<Delivery>),
}

/// What became of a request to deliver once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayAnswer {
    /// The subscription has no such delivery.
    NotFound,
    /// It is on its way already.
    Open(DeliveryState),
    /// It waits for the dispatcher, with all its tries.
    Replayed(Box<Delivery>),
}

/// What a task that delivers finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryTarget {
    /// Nothing: the delivery or its subscription is gone, or another task has it.
    Nothing,
    /// The subscription is paused: the delivery waits again.
    Paused,
    /// This is to be sent.
    Send(Box<Shipment>),
}

/// A request to make. `Debug` shows neither secrets nor the address's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Where to.
    pub url: WebhookUrl,
    /// What to sign with, the newest first; never empty.
    pub secrets: Vec<WebhookSecret>,
    /// What to tell.
    pub event: Event,
    /// Tries before this one.
    pub tries: u32,
}

/// What a look after old deliveries came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Deliveries whose task had ended without a word: failed now.
    pub lost: u64,
    /// Deliveries deleted.
    pub pruned: u64,
}

/// Makes the task that delivers.
pub type DeliveryTasks<'a> = &'a (dyn Fn(DeliveryId) -> NewTask + Send + Sync);

/// Why a delivery failed whose task ended without a word.
pub const LOST_DELIVERY: &str = "the delivery's task ended without a word";

/// Webhooks.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Stores a new subscription with its secret. Whatever ends a task and commits after the answer is recorded for it.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn create_webhook(&self, webhook: &Webhook, secret: &WebhookSecret) -> Result<WebhookCreation, StoreError>;

    /// One subscription.
    ///
    /// # Errors
    /// Any.
    async fn webhook(&self, name: &WebhookName) -> Result<Option<Webhook>, StoreError>;

    /// Subscriptions by name, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn webhooks(&self, after: Option<&WebhookName>, limit: u32) -> Result<Page<Webhook, WebhookName>, StoreError>;

    /// Changes a subscription, if its revision is the expected one where one is given.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn change_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        change: &WebhookChange,
        now: Timestamp,
    ) -> Result<WebhookAnswer, StoreError>;

    /// Deletes a subscription with its secrets and, by and by ([`Self::tidy_webhooks`]), its deliveries.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn delete_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<WebhookDeletion, StoreError>;

    /// Records a `webhook.test` event for a subscription.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn test_webhook(&self, name: &WebhookName, id: DeliveryId, now: Timestamp) -> Result<WebhookTest, StoreError>;

    /// A subscription's deliveries, of one state if one is given, the latest event first, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<Delivery>, StoreError>;

    /// Delivers once more what was delivered or failed.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn replay_delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<ReplayAnswer, StoreError>;

    /// Delivers once more what failed of what happened at or after `since`, the oldest first, at most `limit`; how many.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn replay_failed(&self, webhook: WebhookId, since: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Dispatcher: makes a task of each pending delivery of active subscriptions, the oldest of each first, at most `limit`, all in
    /// one transaction. What another server holds is skipped. Nothing is written when there is nothing to do.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn dispatch_webhooks(&self, now: Timestamp, limit: u32, tasks: DeliveryTasks<'_>) -> Result<Handover, StoreError>;

    /// What the task `by` is to send for a delivery. Of a paused subscription the delivery is pending again.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn delivery_target(
        &self,
        id: DeliveryId,
        by: ruche_domain::TaskId,
        now: Timestamp,
    ) -> Result<DeliveryTarget, StoreError>;

    /// Enters what a try came to in its delivery and its subscription ([`Webhook::after`]); `false` when the delivery is not that
    /// task's any more, which changes nothing.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn record_attempt(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError>;

    /// Fails deliveries whose task has ended without a word, deletes those that ended before `before` and those of deleted
    /// subscriptions, at most `limit` of each kind, and stops recording when no subscription is active.
    ///
    /// # Errors
    /// Any.
    async fn tidy_webhooks(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError>;
}
