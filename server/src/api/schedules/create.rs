//! `POST /schedules`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{CreateSchedule, Schedule};
use ruche_domain::ScheduleName;

use super::{super::Tag, location, maker, tag};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    scheduling::{invalid_field, never_ticks},
    state::Shared,
    views,
};

/// Names that are paths of the API, or that clients take out of paths.
const RESERVED: [&str; 3] = ["preview", ".", ".."];

/// Creating.
pub struct Create;

/// The schedule.
#[derive(ApiResponse)]
enum Created {
    /// The schedule is committed.
    #[oai(status = 201)]
    Created(
        Document<Schedule>,
        /// Address of the schedule.
        #[oai(header = "Location")]
        String,
        /// The schedule's revision, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The statuses only this operation has.
struct Creating;

impl Refuses for Creating {
    const STATUSES: &'static [u16] = &[409, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Create {
    /// Create a schedule
    ///
    /// Its first tick is the first after now. Each tick enqueues one task, however many servers there are and whatever their
    /// clocks do; the task is checked now, and again at each tick.
    #[oai(path = "/schedules", method = "post", operation_id = "createSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn create_schedule(&self, shared: Data<&Shared>, body: JsonBody<CreateSchedule>) -> Result<Created, Refusal<Creating>> {
        let (name, wish) = body.parse()?.split();
        let name = ScheduleName::new(&name).map_err(|error| invalid_field("/name", "pattern", &error.to_string()))?;
        if RESERVED.contains(&name.as_str()) {
            return Err(invalid_field("/name", "reserved", "not this one: it would make no path of its own").into());
        }
        let definitions = shared.definitions.with(&wish.task.task).await?;
        let paused = wish.paused.unwrap_or_default();
        let definition = maker(&shared, &definitions).definition(wish)?;
        let schedule = ruche_domain::Schedule::begin(name, definition, paused, shared.clock.now());
        let schedule = schedule.map_err(|_| -> Problem { never_ticks() })?;
        if !shared.store.create_schedule(&schedule).await? {
            return Err(Problem::new(Code::ScheduleExists).into());
        }
        let (location, tag) = (location(&schedule.name), tag(schedule.revision));
        Ok(Created::Created(Document(views::schedule(schedule)), location, tag))
    }
}
