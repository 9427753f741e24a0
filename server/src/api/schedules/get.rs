//! `GET /schedules/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};

use super::{
    super::{Tag, names},
    OfSchedule, Stands, existing,
};
use crate::{refusal::Refusal, state::Shared};

/// One schedule.
pub struct Get;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Get {
    /// Get a schedule
    ///
    /// The schedule, its next tick and its last. `ETag` is its revision, which ticks do not change.
    #[oai(path = "/schedules/:name", method = "get", operation_id = "getSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_schedule(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfSchedule>> {
        let name = names::schedule_name(&name)?;
        Ok(Stands::at(existing(&shared, &name).await?))
    }
}
