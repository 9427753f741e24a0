//! `PUT /schedules/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use ruche_api::ReplaceSchedule;
use ruche_store::{ScheduleAnswer, ScheduleChange};

use super::{
    super::{Tag, names},
    Stands, expected, maker, not_found, stale,
};
use crate::{
    payload::JsonBody,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    scheduling::never_ticks,
    state::Shared,
};

/// Replacing.
pub struct Replace;

/// The statuses only this operation has.
struct Replacing;

impl Refuses for Replacing {
    const STATUSES: &'static [u16] = &[404, 412, 413, 415, 422, 428];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Replace {
    /// Replace a schedule
    ///
    /// Its next tick is the first of the new rule after now; what had not been decided by then is forgotten. `If-Match` has to
    /// name the revision that is replaced: where somebody else has changed the schedule meanwhile, nothing is, and the answer
    /// is 412.
    #[oai(path = "/schedules/:name", method = "put", operation_id = "replaceSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn replace_schedule(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        body: JsonBody<ReplaceSchedule>,
        /// `ETag` of the schedule that is replaced; `*` for whatever there is. Without it the answer is 428.
        #[oai(name = "If-Match", validator(min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$"))]
        if_match: Header<Option<String>>,
    ) -> Result<Stands, Refusal<Replacing>> {
        let name = names::schedule_name(&name)?;
        let if_match = if_match.0.ok_or_else(|| Problem::new(Code::PreconditionRequired))?;
        let expected = expected(&if_match);
        let wish = body.parse()?;
        let definitions = shared.definitions.with(&wish.task.task).await?;
        let paused = wish.paused;
        let definition = Box::new(maker(&shared, &definitions).definition(wish)?);
        let change = ScheduleChange::Replace { definition, paused };
        match shared.store.change_schedule(&name, expected, &change, shared.clock.now()).await? {
            ScheduleAnswer::NotFound => Err(not_found().into()),
            ScheduleAnswer::Stale(revision) => Err(stale(revision).into()),
            ScheduleAnswer::NeverTicks => Err(never_ticks().into()),
            ScheduleAnswer::Changed(schedule) => Ok(Stands::at(*schedule)),
        }
    }
}
