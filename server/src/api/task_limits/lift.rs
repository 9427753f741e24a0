//! `DELETE /task-limits/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};

use super::{
    super::{Tag, names},
    not_found,
};
use crate::{
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Lifting.
pub struct Lift;

/// Nothing is left.
#[derive(ApiResponse)]
enum Lifted {
    /// The name is not limited any more.
    #[oai(status = 204)]
    Gone,
}

/// The statuses only this operation has.
struct Lifting;

impl Refuses for Lifting {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Lift {
    /// Lift a task limit
    ///
    /// Tasks of the name start as their queues allow; those that waited go on at once.
    #[oai(path = "/task-limits/:name", method = "delete", operation_id = "liftTaskLimit")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn lift_task_limit(
        &self,
        shared: Data<&Shared>,
        /// The task name.
        name: Path<String>,
    ) -> Result<Lifted, Refusal<Lifting>> {
        let name = names::task_name("name", &name)?;
        if !shared.store.limit_name(&name, None, shared.clock.now()).await? {
            return Err(not_found().into());
        }
        tracing::info!(task = %name, "not limited any more");
        shared.publisher.gates().refresh().await?;
        Ok(Lifted::Gone)
    }
}
