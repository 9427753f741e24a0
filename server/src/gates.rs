//! Which queues are paused or limited, and which task names, as every server process knows it: a moment old at most.
//!
//! Nothing rests on it but work saved: a task published too soon is not claimed, and one held back too long is found when its
//! queue is swept.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Weak},
    time::Duration,
};

use prometheus::{IntGaugeVec, Registry};
use ruche_domain::{Changes, NewTask, QueueName, TaskName, Timestamp, limit::Rate};
use ruche_metrics::catalogue::QUEUE_PAUSED;
use ruche_store::{Gate, NameLimit, SharedStore, StoreError};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};

/// How often the database is asked, as notices may be lost. A queue is swept again after more than this.
pub const EVERY: Duration = Duration::from_secs(1);

/// Most queues shown in the metrics.
const MOST_SHOWN: usize = 200;

/// What is known, by queue.
pub type Known = Arc<BTreeMap<QueueName, Gate>>;

/// What is said of a task name, but for its bucket, which changes all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameGate {
    /// Starts per time.
    pub rate: Option<Rate>,
    /// Since when nothing is limited any more.
    pub opened_at: Option<Timestamp>,
}

/// Limited task names.
pub type Names = Arc<BTreeMap<TaskName, NameGate>>;

/// Paused and limited queues, and limited task names.
pub struct Gates {
    store: SharedStore,
    known: watch::Sender<Known>,
    names: watch::Sender<Names>,
    paused: IntGaugeVec,
}

impl Gates {
    /// Knows nothing yet, and asks until it is dropped.
    ///
    /// # Errors
    /// When its metrics are registered already.
    pub fn start(store: SharedStore, registry: &Registry) -> Result<Arc<Self>, prometheus::Error> {
        let paused = QUEUE_PAUSED.int_gauges(registry)?;
        let feed = store.feed().subscribe();
        let gates =
            Arc::new(Self { store, known: watch::Sender::new(Known::default()), names: watch::Sender::default(), paused });
        tokio::spawn(follow(Arc::downgrade(&gates), feed));
        Ok(gates)
    }

    /// What is known.
    pub fn known(&self) -> Known {
        Arc::clone(&self.known.borrow())
    }

    /// Which names are limited, or were until a moment ago.
    pub fn names(&self) -> Names {
        Arc::clone(&self.names.borrow())
    }

    /// Tells of changes of these.
    pub fn subscribe_names(&self) -> watch::Receiver<Names> {
        self.names.subscribe()
    }

    /// Tells of changes.
    pub fn subscribe(&self) -> watch::Receiver<Known> {
        self.known.subscribe()
    }

    /// Asks the database now.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let gates = self.store.gates().await?.into_iter().map(|gate| (gate.queue.clone(), gate)).collect();
        self.known.send_if_modified(|known| {
            let changed = **known != gates;
            if changed {
                self.show(&gates);
                *known = Arc::new(gates);
            }
            changed
        });
        let named = |limit: NameLimit| (limit.name, NameGate { rate: limit.rate, opened_at: limit.opened_at });
        let names: BTreeMap<_, _> = self.store.name_limits().await?.into_iter().map(named).collect();
        self.names.send_if_modified(|known| {
            let changed = **known != names;
            if changed {
                *known = Arc::new(names);
            }
            changed
        });
        Ok(())
    }

    fn show(&self, gates: &BTreeMap<QueueName, Gate>) {
        self.paused.reset();
        for gate in gates.values().filter(|gate| gate.paused_at.is_some()).take(MOST_SHOWN) {
            self.paused.with_label_values(&[gate.queue.as_str()]).set(1);
        }
    }

    /// Leaves out tasks whose queue or name holds them back.
    pub fn hold_back(&self, tasks: &mut Vec<NewTask>) {
        let known = self.known.borrow();
        if !known.is_empty() {
            tasks.retain(|task| !known.get(&task.queue).is_some_and(Gate::is_closed));
        }
        let names = self.names.borrow();
        if !names.is_empty() {
            tasks.retain(|task| names.get(&task.name).is_none_or(|gate| gate.rate.is_none()));
        }
    }
}

impl fmt::Debug for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gates").field("known", &self.known).finish_non_exhaustive()
    }
}

async fn follow(gates: Weak<Gates>, mut feed: broadcast::Receiver<Changes>) {
    while let Some(gates) = gates.upgrade() {
        if let Err(error) = gates.refresh().await {
            tracing::debug!(%error, "couldn't ask which queues are paused or limited");
        }
        drop(gates);
        drop(tokio::time::timeout(EVERY, change(&mut feed)).await);
    }
}

/// Waits for news of queues.
async fn change(feed: &mut broadcast::Receiver<Changes>) {
    loop {
        match feed.recv().await {
            Ok(Changes::Registry | Changes::Lost) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
