//! How an engine is set up.

use std::time::Duration;

use ruche_domain::{QueueName, WorkerName};

/// How an engine is set up. Make one with [`EngineOptions::new`] and change what should differ.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Node name, unique among live workers.
    pub name: WorkerName,
    /// Queues to serve.
    pub queues: Vec<QueueName>,
    /// Attempts to run at once, at most.
    pub concurrency: usize,
    /// How long a lease holds; it is renewed three times in that time.
    pub lease: Duration,
    /// How long running attempts may go on after [`crate::Engine::drain`] was called.
    pub drain: Duration,
    /// How long an attempt that was asked to stop may take to do so before it is dropped.
    pub cancel_grace: Duration,
    /// How long the last outcomes may take to be recorded after the last attempt has stopped.
    pub flush: Duration,
    /// Time between heartbeats.
    pub heartbeat: Duration,
}

/// An option is out of bounds; the message says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid worker option: {0}")]
pub struct InvalidEngineOptions(&'static str);

impl EngineOptions {
    /// Most attempts at once.
    pub const MOST_CONCURRENCY: usize = 10_000;

    /// The defaults: 128 slots, a lease of 30 s, 20 s to drain, 5 s to stop when asked, 5 s to record the last outcomes,
    /// a heartbeat every 5 s.
    #[must_use]
    pub fn new(name: WorkerName, queues: Vec<QueueName>) -> Self {
        Self {
            name,
            queues,
            concurrency: 128,
            lease: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            cancel_grace: Duration::from_secs(5),
            flush: Duration::from_secs(5),
            heartbeat: Duration::from_secs(5),
        }
    }

    /// Deliveries that may be here and not acknowledged: enough that the next claim is here when this one is back.
    pub(super) fn prefetch(&self) -> u16 {
        u16::try_from(self.concurrency * 4).unwrap_or(u16::MAX)
    }

    pub(super) fn check(&self) -> Result<(), InvalidEngineOptions> {
        if self.queues.is_empty() {
            return Err(InvalidEngineOptions("a worker needs at least one queue"));
        }
        if !(1..=Self::MOST_CONCURRENCY).contains(&self.concurrency) {
            return Err(InvalidEngineOptions("concurrency must be 1 to 10000"));
        }
        if self.lease.is_zero() || self.heartbeat.is_zero() {
            return Err(InvalidEngineOptions("lease and heartbeat must be longer than zero"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> EngineOptions {
        EngineOptions::new(WorkerName::new("ruche@test").unwrap(), vec![QueueName::default_queue()])
    }

    #[test]
    fn options_out_of_bounds_are_refused() {
        assert_eq!(options().check(), Ok(()));
        assert!(EngineOptions { queues: Vec::new(), ..options() }.check().is_err());
        assert!(EngineOptions { concurrency: 0, ..options() }.check().is_err());
        assert!(EngineOptions { concurrency: 10_001, ..options() }.check().is_err());
        assert!(EngineOptions { lease: Duration::ZERO, ..options() }.check().is_err());
    }

    #[test]
    fn four_times_as_many_deliveries_as_slots_are_fetched() {
        assert_eq!(EngineOptions { concurrency: 8, ..options() }.prefetch(), 32);
        assert_eq!(EngineOptions { concurrency: 10_000, ..options() }.prefetch(), 40_000);
    }
}
