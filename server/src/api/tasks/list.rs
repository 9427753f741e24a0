//! `GET /tasks`

use autometrics::autometrics;
use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::{TaskPage, TaskState};
use ruche_store::TaskFilter;

use super::super::{
    Tag, names,
    paging::{LIMIT, Listed, Listing, Paging},
};
use crate::{refusal::Refusal, state::Shared, views};

/// Browsing.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl List {
    /// List tasks
    ///
    /// Tasks, newest first, without payload and result. Filters are combined by "and". Follow `next_cursor`, with the same
    /// filters, for the next page: tasks that are accepted meanwhile do not shift the pages. Cursors are opaque and signed.
    #[oai(path = "/tasks", method = "get", operation_id = "listTasks")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    #[expect(clippy::too_many_arguments, reason = "one per documented parameter")]
    async fn list_tasks(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// In this state.
        state: Query<Option<TaskState>>,
        /// Of this task name.
        #[oai(validator(min_length = 1, max_length = 200, pattern = "^[A-Za-z0-9._:/-]{1,200}$"))]
        task: Query<Option<String>>,
        /// In this queue.
        #[oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$"))]
        queue: Query<Option<String>>,
        /// Run last by this worker.
        #[oai(validator(min_length = 1, max_length = 255, pattern = "^[A-Za-z0-9._:@-]{1,255}$"))]
        worker: Query<Option<String>>,
        /// Accepted at or after this time.
        created_from: Query<Option<DateTime<Utc>>>,
        /// Accepted before this time.
        created_before: Query<Option<DateTime<Utc>>>,
        /// Failed, with this fingerprint; see `GET /dead-letters`.
        #[oai(validator(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$"))]
        fingerprint: Query<Option<String>>,
        /// Tasks on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<TaskPage>, Refusal<Listing>> {
        let filter = TaskFilter {
            state: state.0.map(Into::into),
            name: task.0.as_deref().map(|name| names::task_name("task", name)).transpose()?,
            queue: queue.0.as_deref().map(|name| names::queue_name("queue", name)).transpose()?,
            worker: worker.0.as_deref().map(|name| names::worker_name("worker", name)).transpose()?,
            created_from: names::time("created_from", created_from.0)?,
            created_before: names::time("created_before", created_before.0)?,
            fingerprint: fingerprint.0.as_deref().map(|text| names::fingerprint("fingerprint", text)).transpose()?,
        };
        let paging = Paging { request, signer: &shared.cursors, listing: format!("tasks {filter:?}") };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.tasks(&filter, after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, views::summary))
    }
}
