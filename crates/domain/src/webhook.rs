//! Webhooks: subscriptions to what happens to tasks, and the deliveries they lead to.
//!
//! Everything that is decided about them is decided here; the stores lock the rows, ask, and write what they are told.

mod attempt;
mod delivery;
mod event;
mod id;
mod payload;
mod secret;
mod url;

pub use attempt::{Answer, Attempted, Given, MAX_TRIES, Verdict};
pub use delivery::{Delivery, DeliveryState, UnknownDeliveryState};
pub use event::{EventKind, Included, UnknownEventKind, UnknownIncluded};
pub use id::{DeliveryId, ParseDeliveryIdError, WebhookId};
pub use payload::{Event, Facts, Kept, MAX_INCLUDED};
pub use secret::{InvalidWebhookSecret, WebhookSecret};
pub use url::{InvalidWebhookUrl, WebhookUrl};

use std::{fmt, str::FromStr, time::Duration};

use chrono::TimeDelta;

use crate::{QueueName, TaskName, Timestamp, WebhookName};

/// The name of the tasks that deliver. What happens to them makes no events.
pub const DELIVER: &str = "webhook.deliver";

/// What a subscription is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDefinition {
    /// What it is for, for people.
    pub description: String,
    /// Where to.
    pub url: WebhookUrl,
    /// The kinds of events, at least one, each once.
    pub events: Vec<EventKind>,
    /// Only of these queues; of all if empty.
    pub queues: Vec<QueueName>,
    /// Only of tasks of these names; of all if empty.
    pub tasks: Vec<TaskName>,
    /// What of the task's payload is told.
    pub include: Vec<Included>,
}

impl WebhookDefinition {
    /// Longest description, in characters.
    pub const MAX_DESCRIPTION: usize = 1_000;
    /// Most queues, and most task names.
    pub const MAX_FILTERS: usize = 50;
}

/// Why a subscription is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    /// Somebody asked for it.
    Asked,
    /// The receiver answered 410: it does not want any more.
    Gone,
    /// Nothing could be delivered for [`Webhook::PATIENCE`].
    Failing,
}

impl PauseReason {
    const ALL: [Self; 3] = [Self::Asked, Self::Gone, Self::Failing];

    /// The reason's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// The word names no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reason to pause: expected asked, gone or failing")]
pub struct UnknownPauseReason;

impl FromStr for PauseReason {
    type Err = UnknownPauseReason;

    fn from_str(word: &str) -> Result<Self, UnknownPauseReason> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or(UnknownPauseReason)
    }
}

impl fmt::Display for PauseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Since when a subscription is paused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paused {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: PauseReason,
}

/// A subscription as it stands. Its secrets are not here: they are read by who signs, and by nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// What its deliveries know it by; not its name, which another may have later.
    pub id: WebhookId,
    /// Its name, unique.
    pub name: WebhookName,
    /// What it is about.
    pub definition: WebhookDefinition,
    /// Whether it is paused: then it records nothing, and what it had recorded waits.
    pub paused: Option<Paused>,
    /// The first try that failed since the last that did not.
    pub failing_since: Option<Timestamp>,
    /// When its secret was replaced last.
    pub rotated_at: Option<Timestamp>,
    /// Until when the secret before signs too.
    pub previous_until: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When somebody last changed it, or it was paused.
    pub updated_at: Timestamp,
    /// Grows with every such change.
    pub revision: u64,
}

impl Webhook {
    /// Most subscriptions: each costs a look whenever a task ends.
    pub const MOST: u32 = 100;
    /// One that has failed for so long without one success is paused.
    pub const PATIENCE: TimeDelta = TimeDelta::days(5);
    /// How long the secret before signs too, when nothing is said.
    pub const OVERLAP: Duration = Duration::from_hours(24);
    /// The longest that may be asked for.
    pub const MAX_OVERLAP: Duration = Duration::from_hours(7 * 24);
    /// Secrets that sign at once, at most: the current one and the two before.
    pub const MAX_SECRETS: u32 = 3;

    /// A new subscription.
    #[must_use]
    pub fn begin(id: WebhookId, name: WebhookName, definition: WebhookDefinition, paused: bool, now: Timestamp) -> Self {
        Self {
            id,
            name,
            definition,
            paused: paused.then_some(Paused { since: now, reason: PauseReason::Asked }),
            failing_since: None,
            rotated_at: None,
            previous_until: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        }
    }

    /// Another definition. What was recorded before goes to the new address.
    #[must_use]
    pub fn replace(self, definition: WebhookDefinition, now: Timestamp) -> Self {
        Self { definition, ..self }.changed(now)
    }

    /// Records and delivers nothing until resumed. Pausing twice changes nothing.
    #[must_use]
    pub fn pause(self, reason: PauseReason, now: Timestamp) -> Self {
        if self.paused.is_some() {
            return self;
        }
        Self { paused: Some(Paused { since: now, reason }), ..self }.changed(now)
    }

    /// Records and delivers again; past failures are forgotten. Resuming twice changes nothing.
    #[must_use]
    pub fn resume(self, now: Timestamp) -> Self {
        if self.paused.is_none() {
            return self;
        }
        Self { paused: None, failing_since: None, ..self }.changed(now)
    }

    /// Its secret was replaced; the one before signs until `until` too.
    #[must_use]
    pub fn rotate(self, until: Timestamp, now: Timestamp) -> Self {
        Self { rotated_at: Some(now), previous_until: Some(until), ..self }.changed(now)
    }

    /// After a try that came to `verdict`; `None` when nothing changes.
    #[must_use]
    pub fn after(&self, verdict: Verdict, now: Timestamp) -> Option<Self> {
        match verdict {
            Verdict::Delivered => self.failing_since.map(|_| Self { failing_since: None, ..self.clone() }),
            Verdict::Gone => {
                let failing_since = self.failing_since.or(Some(now));
                Some(Self { failing_since, ..self.clone() }.pause(PauseReason::Gone, now)).filter(|after| after != self)
            }
            Verdict::Again { .. } | Verdict::GaveUp => match self.failing_since {
                None => Some(Self { failing_since: Some(now), ..self.clone() }),
                Some(since) if now - since >= Self::PATIENCE => {
                    Some(self.clone().pause(PauseReason::Failing, now)).filter(|after| after != self)
                }
                Some(_) => None,
            },
        }
    }

    fn changed(self, now: Timestamp) -> Self {
        Self { updated_at: now, revision: self.revision + 1, ..self }
    }
}

#[cfg(test)]
mod tests;
