//! Outcomes on their way to the store: in batches, until they are recorded.

mod record;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_broker::{ReplyMessage, TaskMessage, message::reply::Replies};
use ruche_domain::AttemptOutcome;
use ruche_store::{Claimed, FinishedAttempt};

use super::{
    Core,
    metrics::{Recorded, Series},
};

/// Weight of a batch: outcomes, and one more for every kilobyte of result.
const BATCH_WEIGHT: usize = 2_048;

/// An attempt that has ended.
pub(super) struct Finished {
    pub(super) finished: FinishedAttempt,
    pub(super) claimed: Claimed,
    /// How long the code ran.
    pub(super) ran: Duration,
    pub(super) series: Arc<Series>,
}

/// Where outcomes are handed in.
pub(super) struct Outcomes(Batcher<Finished, ()>);

impl Outcomes {
    /// Starts to record. As many outcomes may wait as there are slots; beyond it attempts keep their slots.
    pub(super) fn start(core: Weak<Core>, slots: usize) -> Self {
        let limits = BatchLimits { weight: BATCH_WEIGHT, in_flight: 1, waiting: slots };
        Self(Batcher::start(limits, weight, move |batch| {
            let core = core.upgrade();
            async move {
                let answers = vec![(); batch.len()];
                if let Some(core) = core {
                    settle(&core, batch).await;
                }
                answers
            }
        }))
    }

    /// Hands an outcome in; waits for room.
    pub(super) async fn hand_in(&self, finished: Finished) {
        // The batcher lives as long as the engine.
        drop(self.0.send(finished).await);
    }
}

fn weight(finished: &Finished) -> usize {
    match &finished.finished.outcome {
        AttemptOutcome::Succeeded { result } => 1 + result.as_str().len() / 1_024,
        _ => 1,
    }
}

/// Records a batch and does what follows from it.
async fn settle(core: &Core, batch: Vec<Finished>) {
    let (mut attempts, mut others) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for Finished { finished, claimed, ran, series } in batch {
        attempts.push(finished);
        others.push((claimed, ran, series));
    }
    let taken = record::record(core, &attempts).await;
    let mut then = Then::default();
    for ((finished, (claimed, ran, series)), taken) in attempts.iter().zip(others).zip(taken) {
        if !taken {
            series.lost();
            tracing::debug!(task.id = %finished.attempt.id, attempt = finished.attempt.attempt, "outcome not taken");
            continue;
        }
        let since_created = finished.finished_at - claimed.task.created_at;
        let attempts_used = claimed.attempts_used;
        if claimed.limited {
            core.successors.ended(claimed.task.queue.clone());
        }
        series.recorded(&Recorded { outcome: &finished.outcome, ran, since_created, attempts_used });
        then.add(finished, claimed);
    }
    then.perform(core).await;
    // Only now: whoever waits for the engine to be idle waits for all of it.
    core.held.remove(attempts.iter().map(|finished| finished.attempt));
}

/// What follows from outcomes that were taken.
#[derive(Debug, Default)]
struct Then {
    replies: Vec<ReplyMessage>,
    republish: Vec<TaskMessage>,
}

impl Then {
    fn add(&mut self, finished: &FinishedAttempt, claimed: Claimed) {
        if matches!(finished.outcome, AttemptOutcome::Released) {
            // The relay would find it too, only later.
            self.republish.push(TaskMessage::native(claimed.task));
        } else {
            self.replies.extend(reply(finished, &claimed));
        }
    }

    /// Tells those who wait. An error is no harm: the relay publishes again, and Celery clients whose reply is lost look again.
    async fn perform(self, core: &Core) {
        for reply in self.replies {
            if let Err(error) = core.broker.reply(reply).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "reply not sent");
            }
        }
        if !self.republish.is_empty() {
            core.broker.publish(&self.republish).await;
        }
    }
}

/// What a Celery client waits for, if one does.
fn reply(finished: &FinishedAttempt, claimed: &Claimed) -> Option<ReplyMessage> {
    let context = claimed.task.options.celery.as_deref()?;
    let replies = Replies { task_id: claimed.task.id, context, date_done: finished.finished_at };
    match &finished.outcome {
        AttemptOutcome::Succeeded { result } => replies.success(result),
        AttemptOutcome::Failed { failure } => replies.failure(failure),
        AttemptOutcome::Cancelled => replies.revoked("revoked"),
        AttemptOutcome::Retrying { .. } | AttemptOutcome::Released => None,
    }
}
