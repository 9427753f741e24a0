//! `POST /tasks/{id}/cancel`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Task;
use ruche_store::CancelAnswer;

use super::{
    super::{Tag, names},
    existing, not_found,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Stopping.
pub struct Cancel;

/// The statuses only this operation has.
struct Cancelling;

impl Refuses for Cancelling {
    const STATUSES: &'static [u16] = &[404, 409];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Cancel {
    /// Cancel a task
    ///
    /// A task that waits is `cancelled` at once. One that runs is asked to stop (`cancel_requested`), and becomes `cancelled`
    /// when its attempt has stopped. Asking twice does no harm. A task that has ended cannot be cancelled: 409.
    #[oai(path = "/tasks/:id/cancel", method = "post", operation_id = "cancelTask")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn cancel_task(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
    ) -> Result<Document<Task>, Refusal<Cancelling>> {
        let id = names::task_id(&id)?;
        match shared.store.cancel(id, shared.clock.now()).await? {
            CancelAnswer::NotFound => Err(not_found().into()),
            CancelAnswer::AlreadyEnded(state) => Err(Problem::new(Code::TaskEnded).detail(format!("the task is {state}")).into()),
            CancelAnswer::Cancelled | CancelAnswer::Requested => Ok(Document(views::task(existing(&shared, id).await?))),
        }
    }
}
