//! Live events: one subscription to the store's feed per process, a memory of the last events, and any number of streams.

mod event;
mod follow;
mod ring;
mod stream;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use ruche_domain::{Changes, Clock};
use tokio::sync::broadcast;

pub use event::EventFilter;
pub use follow::follow;
pub use stream::{LastSeen, Stream, open};

use crate::{
    live::{event::LiveEvent, ring::Ring},
    metrics::SseMetrics,
    options::ServerOptions,
    problem::{Code, Problem},
    state::Shared,
};

/// Events a slow client may fall behind by before it is told `reset`.
const BACKLOG: usize = 1_024;

/// The hub.
pub struct Live {
    epoch: String,
    ring: Mutex<Ring>,
    sender: broadcast::Sender<Arc<LiveEvent>>,
    clients: AtomicUsize,
    max_clients: usize,
    metrics: SseMetrics,
}

/// What a new stream begins with.
struct Subscription {
    replay: VecDeque<Arc<LiveEvent>>,
    complete: bool,
    from_now: broadcast::Receiver<Arc<LiveEvent>>,
}

/// A client's place; dropping it gives it back.
struct Seat(Shared);

impl Seat {
    /// Takes a place; refused when all are taken.
    fn take(shared: &Shared) -> Result<Self, Problem> {
        let live = &shared.live;
        let taken = live.clients.fetch_add(1, Ordering::Relaxed);
        live.metrics.clients.inc();
        let seat = Self(Arc::clone(shared));
        if taken >= live.max_clients {
            return Err(Problem::new(Code::TooManyStreams).retry_after(5));
        }
        Ok(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.live.clients.fetch_sub(1, Ordering::Relaxed);
        self.0.live.metrics.clients.dec();
    }
}

impl Live {
    /// A hub without a memory yet. Its epoch tells its event ids from those of other processes.
    pub fn new(clock: &dyn Clock, options: &ServerOptions, metrics: SseMetrics) -> Self {
        let id = clock.new_task_id().as_uuid().simple().to_string();
        Self {
            // The end of a version 7 UUID is its random part.
            epoch: id[id.len() - 12..].to_owned(),
            ring: Mutex::new(Ring::new(options.event_replay)),
            sender: broadcast::Sender::new(BACKLOG),
            clients: AtomicUsize::new(0),
            max_clients: options.max_event_streams,
            metrics,
        }
    }

    /// Passes a notice on.
    pub fn publish(&self, changes: Changes) {
        // Under the lock, so that a new stream sees each event once: in its replay or from now on.
        let mut ring = self.ring();
        for event in ring.push(changes) {
            drop(self.sender.send(event));
        }
    }

    fn subscribe(&self, after: Option<u64>) -> Subscription {
        let ring = self.ring();
        let (replay, complete) = match after {
            None => (VecDeque::new(), true),
            Some(seq) => ring.after(seq).map_or((VecDeque::new(), false), |events| (events, true)),
        };
        Subscription { replay, complete, from_now: self.sender.subscribe() }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
