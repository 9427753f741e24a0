//! Telling the database what this worker is and that it lives.

use std::sync::Arc;

use ruche_store::WorkerHeartbeat;
use tokio::time::sleep;

use super::{Core, backoff::Backoff};

/// Stores the task definitions, then a heartbeat now and then, until the engine ends.
pub(super) async fn beat(core: Arc<Core>) {
    register(&core).await;
    let mut draining = false;
    loop {
        beat_once(&core, draining).await;
        tokio::select! {
            () = sleep(core.options.heartbeat) => {}
            // At once, so that nobody counts on this worker any more.
            () = core.stopping.cancelled(), if !draining => draining = true,
        }
    }
}

/// Stores the definitions, trying until the store takes them.
async fn register(core: &Core) {
    let (definitions, mut backoff) = (core.registry.definitions(), Backoff::new());
    while let Err(error) = core.store.register(&definitions, core.clock.now()).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "couldn't store the task definitions, trying again");
        sleep(backoff.pause(&*core.clock)).await;
    }
}

async fn beat_once(core: &Core, draining: bool) {
    let now = core.clock.now();
    match core.store.heartbeat(&heartbeat(core, draining), now).await {
        Ok(()) => core.metrics.heartbeat(now),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "couldn't store a heartbeat"),
    }
}

fn heartbeat(core: &Core, draining: bool) -> WorkerHeartbeat {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    WorkerHeartbeat {
        name: core.options.name.clone(),
        queues: core.options.queues.clone(),
        tasks: core.registry.names().cloned().collect(),
        slots: number(core.options.concurrency),
        busy: number(core.held.len().min(core.options.concurrency)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: core.started_at,
        draining,
    }
}
