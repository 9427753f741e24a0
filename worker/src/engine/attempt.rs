//! One attempt: runs the task's code, decides what its end means, hands the outcome in.

mod ending;
mod execution;

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use ruche_domain::{RawJson, TraceContext};
use ruche_store::{Claimed, FinishedAttempt};
use tokio::time::Instant;
use tracing::Instrument;

use super::{
    Core,
    live::{Live, Stop},
    metrics::{Series, Slot},
    outcomes::Finished,
    places::Taken,
    reports::Voice,
};
use crate::{TaskContext, TaskError, context::Attempt, registry::Registered};
use ending::{Ending, Rules};
use execution::Limits;

/// A claimed task about to run.
pub(super) struct Ready {
    pub(super) claimed: Claimed,
    pub(super) live: Arc<Live>,
}

/// Runs one attempt to its end, once there is a slot. Slot and place are given back when the outcome has found room, so that a
/// store that is away stops the intake instead of filling the memory.
pub(super) async fn run(core: Arc<Core>, ready: Ready, place: Taken) {
    let Ready { claimed, live } = ready;
    let slot = slot(&core, &live).await;
    let series = core.metrics.series(&claimed.task.queue, &claimed.task.name);
    let started_at = core.clock.now();
    series.started(started_at - claimed.queued_at);
    let began = Instant::now();
    let ending = execute(&core, &claimed, &live).await;
    let ran = began.elapsed();
    live.end();
    if !matches!(ending, Ending::Returned(Ok(_))) {
        // For work on other threads that the code left behind.
        live.token.cancel();
    }
    tokio::select! {
        biased;
        () = core.settle_reports(&live) => {}
        _ = live.stop_beyond(Stop::Cancel) => {}
    }
    conclude(&core, claimed, &live, Ended { ending, ran, series }).await;
    drop((slot, place));
}

/// A slot to run in; none if the attempt is not to run after all.
async fn slot(core: &Core, live: &Live) -> Option<Slot> {
    tokio::select! {
        biased;
        _ = live.stop_beyond(Stop::No) => None,
        () = core.stopping.cancelled() => {
            live.tell(Stop::Drain);
            None
        }
        permit = core.places.slot() => Some(core.metrics.slot(permit)),
    }
}

/// An attempt whose code has come to its end.
struct Ended {
    ending: Ending,
    ran: Duration,
    series: Arc<Series>,
}

async fn conclude(core: &Arc<Core>, claimed: Claimed, live: &Live, ended: Ended) {
    let definition = core.registry.get(&claimed.task.name).map(|registered| &registered.definition);
    let rules = Rules {
        attempts_used: claimed.attempts_used,
        max_attempts: claimed.task.max_attempts,
        policy: claimed.task.options.retry.or_else(|| definition.map(|definition| definition.retry)).unwrap_or_default(),
        stop: live.stop(),
    };
    let finished_at = core.clock.now();
    let Some(outcome) = ended.ending.outcome(&rules, finished_at, || core.clock.random()) else {
        ended.series.lost();
        tracing::debug!(task.id = %live.attempt.id, attempt = live.attempt.attempt, "lease lost");
        core.held.remove([live.attempt]);
        return;
    };
    let of_workflow = claimed.task.options.workflow.is_some();
    let finished = FinishedAttempt { attempt: live.attempt, outcome, finished_at, of_workflow };
    core.outcomes.hand_in(Finished { finished, claimed, ran: ended.ran, series: ended.series }).await;
}

async fn execute(core: &Arc<Core>, claimed: &Claimed, live: &Arc<Live>) -> Ending {
    if live.stop() != Stop::No {
        // Told before it began: what has not started need not be stopped.
        return Ending::Dropped;
    }
    let Some(registered) = core.registry.get(&claimed.task.name) else {
        return Ending::not_registered(&claimed.task.name);
    };
    let timeout = claimed.task.options.timeout.or(registered.definition.timeout);
    let limits = Limits { timeout, grace: core.options.cancel_grace };
    let trace = claimed.task.options.trace.as_ref().map(|parent| child_of(parent, core));
    let span = tracing::debug_span!(
        "worker.task.execute",
        task.id = %claimed.task.id,
        task.name = %claimed.task.name,
        attempt = claimed.attempt,
        trace_id = trace.as_ref().map(TraceContext::trace_id),
    );
    let work = || start(core, registered, claimed, live, (limits.deadline(), trace));
    execution::drive(work, live, limits).instrument(span).await
}

fn start(
    core: &Arc<Core>,
    registered: &Registered,
    claimed: &Claimed,
    live: &Arc<Live>,
    (deadline, trace): (Option<Instant>, Option<TraceContext>),
) -> BoxFuture<'static, Result<RawJson, TaskError>> {
    let task = &claimed.task;
    let context = Attempt {
        id: task.id,
        name: task.name.clone(),
        attempt: claimed.attempt,
        max_attempts: task.max_attempts,
        created_at: task.created_at,
        deadline,
        cancelled: live.token.clone(),
        trace,
        clock: Arc::clone(&core.clock),
        reports: Arc::new(Voice { core: Arc::clone(core), live: Arc::clone(live) }),
        resources: core.registry.resources(),
    };
    (registered.run)(task.args.clone(), task.kwargs.clone(), TaskContext { inner: Arc::new(context) })
}

/// The attempt's own span: the caller's trace, a new span id.
fn child_of(parent: &TraceContext, core: &Core) -> TraceContext {
    child(parent, core.clock.random(), core.clock.random())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers from 0 to 1 become 32 bits")]
fn child(parent: &TraceContext, high: f64, low: f64) -> TraceContext {
    let bits = |random: f64| (random * f64::from(u32::MAX)) as u32;
    // An all-zero span id would be invalid.
    let text = format!("00-{}-{:08x}{:08x}-{}", parent.trace_id(), bits(high), bits(low) | 1, &parent.as_str()[53..]);
    text.parse().unwrap_or_else(|_| parent.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempts_span_belongs_to_the_callers_trace() {
        let parent: TraceContext = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
        let child = child(&parent, 0.0, 0.0);
        assert_eq!(child.as_str(), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01");
    }
}
