//! Shutting down in order.

use std::{future::Future, time::Duration};

use tokio::{task::JoinSet, time::timeout};

use super::{Core, live::Stop};

/// Takes no more tasks; lets running attempts finish; asks the rest to stop and hands back what does not; records outcomes;
/// signs off. Each step has its period; what a step leaves undone is left to the leases.
pub(super) async fn drain(core: &Core, intake: &mut JoinSet<()>, loops: &mut JoinSet<()>) {
    let running = core.held.len();
    tracing::info!(running, "draining");
    core.stopping.cancel();
    core.attempts.close();
    let finish = async {
        while intake.join_next().await.is_some() {}
        core.attempts.wait().await;
    };
    if !within(core.options.drain, finish).await {
        tracing::info!(running = core.held.len(), "asking attempts to stop, to hand their tasks back");
        core.held.tell_all(Stop::Drain);
        within(core.options.cancel_grace + core.options.flush, core.attempts.wait()).await;
    }
    if !within(core.options.flush, core.held.empty()).await {
        tracing::warn!(
            attempts = core.held.len(),
            "outcomes not recorded in time: their tasks run again when the leases run out"
        );
    }
    loops.shutdown().await;
    match timeout(core.options.flush, core.store.sign_off(&core.options.name)).await {
        Ok(Ok(())) => tracing::info!("drained"),
        Ok(Err(error)) => tracing::warn!(error = &error as &dyn std::error::Error, "couldn't sign off"),
        Err(_) => tracing::warn!("the store didn't answer in time when signing off"),
    }
}

async fn within(period: Duration, step: impl Future<Output = ()>) -> bool {
    timeout(period, step).await.is_ok()
}
