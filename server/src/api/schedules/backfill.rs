//! `POST /schedules/{name}/backfill`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{BackfillSchedule, FilledSchedule, FilledTick};
use ruche_domain::{ScheduleRule, Timestamp};
use ruche_store::BackfillAnswer;

use super::{
    super::{Tag, names},
    definitions, existing, maker, not_found, refused,
};
use crate::{
    metrics::Source,
    payload::{Document, JsonBody},
    problem::Problem,
    refusal::{Refusal, Refuses},
    scheduling::invalid_field,
    state::Shared,
};

/// Making up for what is past.
pub struct Backfill;

/// The statuses only this operation has.
struct Backfilling;

impl Refuses for Backfilling {
    const STATUSES: &'static [u16] = &[404, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Backfill {
    /// Backfill a schedule
    ///
    /// Makes the tasks of the rule's ticks in a time that is past, at once and whatever the overlap policy: of those that were
    /// missed, skipped, or before the schedule was there. A tick that has made its task makes no other, so repeating the request
    /// makes nothing, as long as history (2,000 ticks) remembers. At most 1,000 ticks.
    #[oai(path = "/schedules/:name/backfill", method = "post", operation_id = "backfillSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn backfill_schedule(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        body: JsonBody<BackfillSchedule>,
    ) -> Result<Document<FilledSchedule>, Refusal<Backfilling>> {
        let name = names::schedule_name(&name)?;
        let window = body.parse()?;
        let now = shared.clock.now();
        let schedule = existing(&shared, &name).await?;
        let ticks = ticks(&schedule.definition.rule, window, now)?;
        let definitions = definitions(&shared, &schedule).await?;
        let maker = maker(&shared, &definitions);
        match shared.store.backfill_schedule(&name, &ticks, now, &maker).await? {
            BackfillAnswer::NotFound => Err(not_found().into()),
            BackfillAnswer::Refused(reason) => Err(refused(reason).into()),
            BackfillAnswer::Filled { made, handover } => {
                if let Some(task) = handover.tasks.first() {
                    let registered = definitions.get(task.name.as_str()).is_some();
                    shared.metrics.enqueued.count(task, registered, Source::Schedule, made.len() as u64);
                }
                shared.publisher.hand_over(handover).await;
                let filled = |(tick_at, id): (Timestamp, ruche_domain::TaskId)| FilledTick { tick_at, task_id: id.as_uuid() };
                let data = made.into_iter().map(filled).collect();
                Ok(Document(FilledSchedule { ticks: ticks.len() as u64, data }))
            }
        }
    }
}

/// The ticks in the window, which has to be past and may hold so many.
fn ticks(rule: &ScheduleRule, window: BackfillSchedule, now: Timestamp) -> Result<Vec<Timestamp>, Problem> {
    let BackfillSchedule { from, until } = window;
    if from.timestamp() < 1 {
        return Err(invalid_field("/from", "range", "a time after 1970"));
    }
    if until > now {
        return Err(invalid_field("/until", "range", "not to come"));
    }
    if from >= until {
        return Err(invalid_field("/until", "range", "after from"));
    }
    let before = from - chrono::TimeDelta::microseconds(1);
    let most = BackfillSchedule::MAX_TICKS;
    let ticks: Vec<_> = rule.ticks_after(before).take_while(|tick| *tick < until).take(most + 1).collect();
    if ticks.len() > most {
        return Err(invalid_field("/until", "too_many", &format!("more than {most} ticks; backfill a shorter time first")));
    }
    Ok(ticks)
}
