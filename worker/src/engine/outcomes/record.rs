//! Recording outcomes whatever the store's mood.

use autometrics::autometrics;
use ruche_domain::{AttemptOutcome, TaskFailure};
use ruche_store::{FinishedAttempt, StoreError};
use tokio::time::sleep;

use crate::engine::{Core, backoff::Backoff};

/// Tries for an outcome that the store refuses although it is there, e.g. for a full disk.
const TRIES_WHEN_REFUSED: u32 = 10;

/// Records outcomes, however long the store is away; `true` for each that was taken, in order. One that the store refuses does
/// not keep the others back.
pub(super) async fn record(core: &Core, outcomes: &[FinishedAttempt]) -> Vec<bool> {
    let mut backoff = Backoff::new();
    loop {
        let error = match finish(core, outcomes).await {
            Ok(taken) => return taken,
            Err(error) => error,
        };
        warn(&error, outcomes.len());
        if !error.is_transient() {
            return record_each(core, outcomes).await;
        }
        sleep(backoff.pause_after(&error, &*core.clock)).await;
    }
}

async fn record_each(core: &Core, outcomes: &[FinishedAttempt]) -> Vec<bool> {
    let mut taken = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        taken.push(record_stubborn(core, outcome).await);
    }
    taken
}

/// Records one outcome or, if the store refuses just this one, a failure that says so.
async fn record_stubborn(core: &Core, outcome: &FinishedAttempt) -> bool {
    let (mut backoff, mut refusals) = (Backoff::new(), 0);
    while refusals < TRIES_WHEN_REFUSED {
        for outcome in [outcome, &refused(outcome)] {
            match finish(core, std::slice::from_ref(outcome)).await {
                Ok(taken) => return taken.first().copied().unwrap_or_default(),
                Err(error) => {
                    warn(&error, 1);
                    if error.is_transient() {
                        break;
                    }
                    refusals += 1;
                }
            }
        }
        sleep(backoff.pause(&*core.clock)).await;
    }
    tracing::error!(task.id = %outcome.attempt.id, "the outcome is given up; the task runs again when its lease has run out");
    false
}

fn refused(outcome: &FinishedAttempt) -> FinishedAttempt {
    let failure = TaskFailure::new("outcome_refused", "the database refused to keep the attempt's outcome");
    FinishedAttempt { outcome: AttemptOutcome::Failed { failure }, ..*outcome }
}

fn warn(error: &StoreError, outcomes: usize) {
    tracing::warn!(error = error as &dyn std::error::Error, outcomes, "couldn't record outcomes, trying again");
}

#[autometrics]
async fn finish(core: &Core, outcomes: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> {
    core.store.finish(outcomes).await
}
