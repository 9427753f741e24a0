//! `GET /artifacts`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::ArtifactPage;
use ruche_domain::{ParseIdError, TaskId};

use super::{
    super::{
        Tag,
        paging::{LIMIT, Listed, Listing, Paging},
    },
    shown,
};
use crate::{problem::Problem, refusal::Refusal, state::Shared};

/// Browsing artifacts.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Artifacts")]
impl List {
    /// List artifacts
    ///
    /// Artifacts, newest first: all, or those of one task.
    #[oai(path = "/artifacts", method = "get", operation_id = "listArtifacts")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_artifacts(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Those of this task.
        task_id: Query<Option<String>>,
        /// Artifacts on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<ArtifactPage>, Refusal<Listing>> {
        let wrong = |error: ParseIdError| Problem::parameter("task_id", error.to_string());
        let task: Option<TaskId> = task_id.0.as_deref().map(str::parse).transpose().map_err(wrong)?;
        let paging = Paging { request, signer: &shared.cursors, listing: format!("artifacts {task:?}") };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.artifacts(task, after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, shown))
    }
}
