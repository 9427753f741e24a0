//! Numbers at a glance.

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::OpenApi;
use ruche_api::{OutboxStats, StateCount, Stats, StatsHistory, WorkerStats};
use ruche_domain::TaskState;

use super::{Tag, workers};
use crate::{
    payload::Document,
    refusal::{Common, Refusal},
    state::Shared,
};

/// Counting stops here, so that a large history costs no more than a small one.
const MOST_COUNTED: u32 = 10_000;

/// Stats.
pub struct StatsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Stats")]
impl StatsApi {
    /// Get numbers at a glance
    ///
    /// Tasks by state, each counted up to 10,000 (`at_least` says where counting stopped), what waits to be published, and the
    /// workers.
    #[oai(path = "/stats", method = "get", operation_id = "getStats")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_stats(&self, shared: Data<&Shared>) -> Result<Document<Stats>, Refusal<Common>> {
        let counted = shared.store.counts(MOST_COUNTED).await?;
        let (pending, oldest_at) = shared.store.outbox_backlog().await?;
        let alive = workers::alive(&shared).await?;
        let tasks = TaskState::ALL.into_iter().map(|state| {
            let count = counted.iter().find(|counted| counted.state == state).map_or(0, |counted| counted.count);
            StateCount { state: state.into(), count, at_least: count >= u64::from(MOST_COUNTED) }
        });
        Ok(Document(Stats {
            at: shared.clock.now(),
            tasks: tasks.collect(),
            outbox: OutboxStats { pending, oldest_at },
            workers: WorkerStats {
                workers: u32::try_from(alive.len()).unwrap_or(u32::MAX),
                slots: alive.iter().map(|worker| u64::from(worker.heartbeat.slots)).sum(),
                busy: alive.iter().map(|worker| u64::from(worker.heartbeat.busy)).sum(),
            },
        }))
    }

    /// Get the last hour
    ///
    /// How many tasks entered each state, and how many waited and ran, in steps of half a minute, since this server started. It is
    /// gathered from notices, which may be lost: for people to look at, not to reckon with.
    #[oai(path = "/stats/history", method = "get", operation_id = "getStatsHistory")]
    #[autometrics]
    async fn get_stats_history(&self, shared: Data<&Shared>) -> Result<Document<StatsHistory>, Refusal<Common>> {
        Ok(Document(shared.history.told(shared.clock.now())))
    }
}
