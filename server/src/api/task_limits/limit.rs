//! `PUT /task-limits/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{FieldError, TaskLimit, TaskLimitChange};
use ruche_domain::limit::{QueueLimits, Rate};

use super::{
    super::{Tag, names},
    not_found, shown,
};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Limiting.
pub struct Limit;

/// The statuses only this operation has.
struct Limiting;

impl Refuses for Limiting {
    const STATUSES: &'static [u16] = &[404, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Limit {
    /// Limit a task name
    ///
    /// Sets how many tasks of a name start per time, in all queues together and across all workers. The rate replaces the former
    /// one; what that had left in its bucket is not filled up. A queue's own limits hold beside it. Of the tasks that only the rate
    /// holds back the oldest are next, in a limited queue as the queue says. The name need not be registered yet. 404 where the
    /// limit was lifted at the same moment.
    #[oai(path = "/task-limits/:name", method = "put", operation_id = "limitTask")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn limit_task(
        &self,
        shared: Data<&Shared>,
        /// The task name.
        name: Path<String>,
        body: JsonBody<TaskLimitChange>,
    ) -> Result<Document<TaskLimit>, Refusal<Limiting>> {
        let name = names::task_name("name", &name)?;
        let (rate, now) = (Rate::from(body.parse()?.rate), shared.clock.now());
        QueueLimits { max_running: None, rate: Some(rate), per_key: None }.check().map_err(|wrong| {
            let (pointer, detail) = (Some(wrong.field.to_owned()), wrong.rule.to_owned());
            let error = FieldError { pointer, parameter: None, code: "range".to_owned(), detail };
            Problem::new(Code::InvalidBody).errors(vec![error])
        })?;
        shared.store.limit_name(&name, Some(&rate), now).await?;
        tracing::info!(task = %name, "limited");
        shared.publisher.gates().refresh().await?;
        let limit = shared.store.name_limits().await?.into_iter().find(|limit| limit.name == name);
        Ok(Document(limit.and_then(|limit| shown(limit, now)).ok_or_else(not_found)?))
    }
}
