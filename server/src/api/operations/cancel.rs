//! `POST /operations/{id}/cancel`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Operation;
use ruche_store::OperationStop;

use super::{
    super::{Tag, names::operation_id},
    accepting::shown,
    not_found,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Stopping.
pub struct Cancel;

/// The statuses only this operation has.
struct Cancelling;

impl Refuses for Cancelling {
    const STATUSES: &'static [u16] = &[404, 409];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Bulk")]
impl Cancel {
    /// Stop an operation
    ///
    /// No further task is changed; those that were stay so. An operation that has ended cannot be stopped: 409.
    #[oai(path = "/operations/:id/cancel", method = "post", operation_id = "cancelOperation")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn cancel_operation(
        &self,
        shared: Data<&Shared>,
        /// The operation.
        id: Path<String>,
    ) -> Result<Document<Operation>, Refusal<Cancelling>> {
        let id = operation_id(&id)?;
        match shared.store.cancel_operation(id, shared.clock.now()).await? {
            OperationStop::NotFound => Err(not_found().into()),
            OperationStop::Stopped(view) => Ok(Document(shown(*view))),
            OperationStop::AlreadyEnded(state) => {
                Err(Problem::new(Code::OperationEnded).detail(format!("the operation is {state}")).into())
            }
        }
    }
}
