//! `POST /schedules/{name}/pause` and `…/resume`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_store::{ScheduleAnswer, ScheduleChange};

use super::{
    super::{Tag, names},
    OfSchedule, Stands, not_found,
};
use crate::{problem::Problem, refusal::Refusal, state::Shared};

/// Pausing, and going on.
pub struct Pause;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Pause {
    /// Pause a schedule
    ///
    /// It does not tick until it is resumed. Tasks it has made are not touched. Pausing twice does no harm.
    #[oai(path = "/schedules/:name/pause", method = "post", operation_id = "pauseSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn pause_schedule(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfSchedule>> {
        Ok(change(&shared, &name, &ScheduleChange::Pause).await?)
    }

    /// Resume a schedule
    ///
    /// It ticks again from now on; what would have come while it was paused is not caught up, but may be backfilled. Resuming
    /// twice does no harm.
    #[oai(path = "/schedules/:name/resume", method = "post", operation_id = "resumeSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn resume_schedule(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Stands, Refusal<OfSchedule>> {
        Ok(change(&shared, &name, &ScheduleChange::Resume).await?)
    }
}

async fn change(shared: &Shared, name: &str, change: &ScheduleChange) -> Result<Stands, Problem> {
    let name = names::schedule_name(name)?;
    match shared.store.change_schedule(&name, None, change, shared.clock.now()).await? {
        ScheduleAnswer::Changed(schedule) => Ok(Stands::at(*schedule)),
        // The others are answers to a replacement.
        _ => Err(not_found()),
    }
}
