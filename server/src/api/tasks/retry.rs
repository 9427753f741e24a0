//! `POST /tasks/{id}/retry`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{RetryTask, Task};
use ruche_store::{Handover, RetryAnswer};

use super::{
    super::{Tag, names},
    editing::edited,
    existing, not_found,
};
use crate::{
    metrics::Source,
    payload::{Document, OptionalBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Once more.
pub struct Retry;

/// The statuses only this operation has.
struct Retrying;

impl Refuses for Retrying {
    const STATUSES: &'static [u16] = &[404, 409, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Retry {
    /// Retry a task
    ///
    /// Queues a task that has ended once more, under the same id; its attempts so far are kept as history, its result and failure
    /// are cleared. A task that waits or runs cannot be retried: 409; nor can a node
    /// of a workflow before all it depends on have ended well: retry the workflow.
    ///
    /// With a body the task is changed at the same moment. Arguments are checked as when it was enqueued. They replace the former
    /// ones, which are not kept; the task's log says what was changed, without the values.
    #[oai(path = "/tasks/:id/retry", method = "post", operation_id = "retryTask")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn retry_task(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
        body: OptionalBody<RetryTask>,
    ) -> Result<Document<Task>, Refusal<Retrying>> {
        let id = names::task_id(&id)?;
        let answer = match body.parse()? {
            None => shared.store.retry(id, shared.clock.now()).await?,
            Some(wish) => {
                let edit = edited(&shared, id, wish).await?;
                shared.store.edit_and_retry(id, &edit, shared.clock.now()).await?
            }
        };
        match answer {
            RetryAnswer::NotFound => Err(not_found().into()),
            RetryAnswer::Refused(state) => {
                // Whatever has ended can be retried, but for nodes that may not run before what they depend on.
                let node = if state.is_terminal() { ", and waits for others of its workflow, which can be retried" } else { "" };
                Err(Problem::new(Code::NotRetryable).detail(format!("the task is {state}{node}")).into())
            }
            RetryAnswer::Queued { task, outbox } => {
                let registered = shared.definitions.current().await?.get(task.name.as_str()).is_some();
                shared.metrics.enqueued.count(&task, registered, Source::Retry, 1);
                shared.publisher.hand_over(Handover { tasks: vec![*task], outbox: vec![outbox] }).await;
                Ok(Document(views::task(existing(&shared, id).await?)))
            }
        }
    }
}
