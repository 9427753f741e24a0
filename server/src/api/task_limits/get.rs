//! `GET /task-limits/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::TaskLimit;

use super::{
    super::{Tag, names},
    not_found, shown,
};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Showing one.
pub struct Get;

/// The statuses only this operation has.
struct Getting;

impl Refuses for Getting {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Get {
    /// Get a task limit
    ///
    /// How many tasks of a name start per time, and when the next one may.
    #[oai(path = "/task-limits/:name", method = "get", operation_id = "getTaskLimit")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_task_limit(
        &self,
        shared: Data<&Shared>,
        /// The task name.
        name: Path<String>,
    ) -> Result<Document<TaskLimit>, Refusal<Getting>> {
        let name = names::task_name("name", &name)?;
        let limit = shared.store.name_limits().await?.into_iter().find(|limit| limit.name == name);
        Ok(Document(limit.and_then(|limit| shown(limit, shared.clock.now())).ok_or_else(not_found)?))
    }
}
