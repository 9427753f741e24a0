//! The one suite every database passes: each method's contract, and a model test against [`ruche_domain::Lifecycle`].
//!
//! A backend gives a [`Fixture`] (a fresh, empty, migrated store for each test) and runs all cases by one line in a test
//! target that depends on `tokio`:
//!
//! ```ignore
//! async fn fresh() -> MyFixture { /* ... */ }
//! ruche_store::conformance_suite!(fresh());
//! ```
//!
//! A case takes a [`Subject`]: the store, a clock that stands still, and the few steps most cases share.

#![expect(missing_docs, reason = "the names of the cases are sentences")]

pub mod access;
pub mod actions;
pub mod artifacts;
pub mod attempts;
pub mod audit;
pub mod browse;
pub mod cancel;
pub mod claim;
pub mod concurrency_keys;
pub mod dead_letters;
pub mod deliveries;
pub mod enqueue;
pub mod expire;
pub mod feed;
pub mod finish;
pub mod foreign;
pub mod hostile;
pub mod idempotency;
pub mod logs;
pub mod model;
pub mod names;
pub mod operations;
pub mod paging;
pub mod prune;
pub mod queues;
pub mod registry;
pub mod relay;
pub mod release;
pub mod renew;
pub mod rescue;
pub mod retry;
pub mod schedules;
mod subject;
mod suite;
pub mod unique;
pub mod workflows;
pub use workflows::ways as workflow_ways;
pub mod webhooks;

use std::future::Future;

pub use subject::Subject;

use crate::SharedStore;

/// An empty database that one test has to itself.
pub trait Fixture: Send {
    /// The store under test.
    fn store(&self) -> SharedStore;

    /// A second store over the same database, as another process would open it; `None` where only one process may.
    fn sibling(&self) -> impl Future<Output = Option<SharedStore>> + Send;

    /// Closes the store and removes the database.
    fn discard(self) -> impl Future<Output = ()> + Send;
}

/// Runs one case on one fixture; what [`conformance_suite`](crate::conformance_suite) expands to.
pub async fn run<F: Fixture>(fixture: F, case: impl AsyncFnOnce(&Subject)) {
    let subject = Subject::new(fixture.store());
    case(&subject).await;
    drop(subject);
    fixture.discard().await;
}
