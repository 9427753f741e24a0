//! Who runs tasks.

use autometrics::autometrics;
use chrono::TimeDelta;
use poem::web::Data;
use poem_openapi::OpenApi;
use ruche_api::{Worker, WorkerList, WorkerStatus};
use ruche_domain::Timestamp;
use ruche_store::WorkerView;

use super::Tag;
use crate::{
    payload::Document,
    refusal::{Common, Refusal},
    state::Shared,
};

/// How long workers are listed after they were last heard of.
const LISTED: TimeDelta = TimeDelta::minutes(15);

/// A worker not heard of for so long is lost.
const LOST: TimeDelta = TimeDelta::minutes(1);

/// Workers.
pub struct Workers;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workers")]
impl Workers {
    /// List workers
    ///
    /// Worker processes heard of in the last quarter of an hour, by name. One not heard of for a minute is `lost`: its tasks run
    /// elsewhere.
    #[oai(path = "/workers", method = "get", operation_id = "listWorkers")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_workers(&self, shared: Data<&Shared>) -> Result<Document<WorkerList>, Refusal<Common>> {
        let now = shared.clock.now();
        let workers = shared.store.workers(now - LISTED).await?;
        Ok(Document(WorkerList { data: workers.into_iter().map(|worker| worker_of(worker, now)).collect() }))
    }
}

/// Workers that are not lost.
pub async fn alive(shared: &Shared) -> Result<Vec<WorkerView>, ruche_store::StoreError> {
    shared.store.workers(shared.clock.now() - LOST).await
}

fn worker_of(view: WorkerView, now: Timestamp) -> Worker {
    let WorkerView { heartbeat, seen_at } = view;
    let status = match heartbeat.draining {
        _ if now - seen_at > LOST => WorkerStatus::Lost,
        true => WorkerStatus::Draining,
        false => WorkerStatus::Online,
    };
    Worker {
        name: heartbeat.name.into(),
        status,
        queues: heartbeat.queues.into_iter().map(Into::into).collect(),
        tasks: heartbeat.tasks.into_iter().map(Into::into).collect(),
        slots: heartbeat.slots,
        busy: heartbeat.busy,
        version: heartbeat.version,
        started_at: heartbeat.started_at,
        seen_at,
    }
}
