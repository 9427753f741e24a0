//! `POST /schedules/{name}/run`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};
use ruche_api::Task;
use ruche_store::RunAnswer;

use super::{
    super::{Tag, names},
    definitions, existing, maker, not_found, refused,
};
use crate::{
    metrics::Source,
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Now.
pub struct Run;

/// The task.
#[derive(ApiResponse)]
enum Ran {
    /// The task is committed.
    #[oai(status = 201)]
    Created(
        Document<Task>,
        /// Address of the task.
        #[oai(header = "Location")]
        String,
    ),
}

/// The statuses only this operation has.
struct Running;

impl Refuses for Running {
    const STATUSES: &'static [u16] = &[404, 409, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Run {
    /// Run a schedule now
    ///
    /// Makes one task, paused or not; its ticks go on as before. The overlap policy holds: with `skip`, while the task before
    /// has not ended, the answer is 409; with `cancel` that task is cancelled.
    #[oai(path = "/schedules/:name/run", method = "post", operation_id = "runSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn run_schedule(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Ran, Refusal<Running>> {
        let name = names::schedule_name(&name)?;
        let schedule = existing(&shared, &name).await?;
        let definitions = definitions(&shared, &schedule).await?;
        let maker = maker(&shared, &definitions);
        match shared.store.run_schedule(&name, shared.clock.now(), &maker).await? {
            RunAnswer::NotFound => Err(not_found().into()),
            RunAnswer::Overlap(id) => Err(Problem::new(Code::ScheduleOverlap).detail(format!("task {id} has not ended")).into()),
            RunAnswer::Refused(reason) => Err(refused(reason).into()),
            RunAnswer::Ran { task, handover } => {
                let registered = definitions.get(task.name.as_str()).is_some();
                shared.metrics.enqueued.count(&task, registered, Source::Schedule, 1);
                shared.publisher.hand_over(handover).await;
                let location = format!("/api/v1/tasks/{}", task.id);
                Ok(Ran::Created(Document(views::accepted(&task)), location))
            }
        }
    }
}
