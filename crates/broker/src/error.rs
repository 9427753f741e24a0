//! What can go wrong, as decisions the caller can take.

/// An error of publishing or asking.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// There is no connection: try later; the relay will.
    #[error("the broker is unavailable")]
    Unavailable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The broker did not confirm in time, or said no: the message may or may not be there; publish it again.
    #[error("the broker did not confirm the message")]
    NotConfirmed,
    /// The queue exists with other arguments than asked for, or may not be used.
    #[error("queue {queue} cannot be used: {reason}")]
    Queue {
        /// Which.
        queue: String,
        /// The broker's words.
        reason: String,
    },
    /// The address or the credentials are wrong.
    #[error("couldn't use the broker's address: {0}")]
    Address(String),
}

/// A consumer's connection is gone.
#[derive(Debug, thiserror::Error)]
#[error("the consumer's connection is gone")]
pub struct ConsumeError(#[source] pub Option<Box<dyn std::error::Error + Send + Sync>>);
