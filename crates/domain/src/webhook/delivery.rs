//! What became of an event for one subscription.

use std::{fmt, str::FromStr};

use crate::{TaskId, Timestamp};

use super::{DeliveryId, EventKind, WebhookId};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// Recorded, and waits for the dispatcher; while its subscription is paused as long as that lasts.
    Pending,
    /// It has a task, which tries until it is delivered or given up.
    Sending,
    /// The receiver took it. Kept for 14 days.
    Delivered,
    /// Given up. Kept for 14 days, and may be replayed.
    Failed,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sending, Self::Delivered, Self::Failed];

    /// The state's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// The word names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a delivery's state: expected pending, sending, delivered or failed")]
pub struct UnknownDeliveryState;

impl FromStr for DeliveryState {
    type Err = UnknownDeliveryState;

    fn from_str(word: &str) -> Result<Self, UnknownDeliveryState> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownDeliveryState)
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A delivery as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the receiver's `webhook-id`.
    pub id: DeliveryId,
    /// For which subscription.
    pub webhook: WebhookId,
    /// What happened.
    pub kind: EventKind,
    /// To which task.
    pub task: Option<TaskId>,
    /// When.
    pub occurred_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries since it was recorded or last replayed.
    pub tries: u32,
    /// Times it was replayed.
    pub replays: u32,
    /// The last try.
    pub last_try_at: Option<Timestamp>,
    /// What the receiver answered then, if it did.
    pub last_status: Option<u16>,
    /// Why that try failed, for people; without the address.
    pub last_error: Option<String>,
    /// When it is tried again.
    pub next_try_at: Option<Timestamp>,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// The task that delivers it, or did.
    pub delivered_by: Option<TaskId>,
}
