//! `GET /task-limits`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::OpenApi;
use ruche_api::TaskLimitList;

use super::{super::Tag, shown};
use crate::{
    payload::Document,
    refusal::{Common, Refusal},
    state::Shared,
};

/// Listing.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl List {
    /// List task limits
    ///
    /// The task names whose starts per time are limited, by name; at most 10,000.
    #[oai(path = "/task-limits", method = "get", operation_id = "listTaskLimits")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_task_limits(&self, shared: Data<&Shared>) -> Result<Document<TaskLimitList>, Refusal<Common>> {
        let now = shared.clock.now();
        let limits = shared.store.name_limits().await?;
        Ok(Document(TaskLimitList { data: limits.into_iter().filter_map(|limit| shown(limit, now)).collect() }))
    }
}
