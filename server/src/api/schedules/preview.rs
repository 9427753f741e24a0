//! `GET /schedules/{name}/preview` and `POST /schedules/preview`

use autometrics::autometrics;
use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use ruche_api::{ComingTick, PreviewSchedule, SchedulePreview};
use ruche_domain::{Schedule, ScheduleRule, Timestamp};

use super::{
    super::{Tag, names},
    OfSchedule, existing,
};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    scheduling::{never_ticks, rule_of},
    state::Shared,
};

/// Ticks shown when nothing is said.
const COUNT: u32 = 10;

/// Looking ahead.
pub struct Preview;

/// The statuses only trying a rule has.
struct Trying;

impl Refuses for Trying {
    const STATUSES: &'static [u16] = &[413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Preview {
    /// Preview a schedule
    ///
    /// Its next ticks, as if it were not paused: in UTC, on the wall clock of the rule's time zone, and with their jitter.
    #[oai(path = "/schedules/:name/preview", method = "get", operation_id = "previewSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn preview_schedule(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        /// How many ticks; 10 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        count: Query<Option<u32>>,
        /// Ticks after this time; after now if left out.
        after: Query<Option<DateTime<Utc>>>,
    ) -> Result<Document<SchedulePreview>, Refusal<OfSchedule>> {
        let name = names::schedule_name(&name)?;
        let after = names::time("after", after.0)?.unwrap_or_else(|| shared.clock.now());
        let schedule = existing(&shared, &name).await?;
        Ok(Document(coming(&schedule.definition.rule, Some(&schedule), after, count.0)))
    }

    /// Preview a rule
    ///
    /// The next ticks of a rule that is not stored. A rule that never ticks is refused.
    #[oai(path = "/schedules/preview", method = "post", operation_id = "previewRule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn preview_rule(
        &self,
        shared: Data<&Shared>,
        body: JsonBody<PreviewSchedule>,
        /// How many ticks; 10 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        count: Query<Option<u32>>,
        /// Ticks after this time; after now if left out.
        after: Query<Option<DateTime<Utc>>>,
    ) -> Result<Document<SchedulePreview>, Refusal<Trying>> {
        let now = shared.clock.now();
        let after = names::time("after", after.0)?.unwrap_or(now);
        let rule = rule_of(body.parse()?.rule, now);
        let rule = rule.map_err(|error| Problem::new(Code::InvalidBody).errors(vec![error]))?;
        let preview = coming(&rule, None, after, count.0);
        if preview.data.is_empty() { Err(never_ticks().into()) } else { Ok(Document(preview)) }
    }
}

fn coming(rule: &ScheduleRule, schedule: Option<&Schedule>, after: Timestamp, count: Option<u32>) -> SchedulePreview {
    // There were no schedules before 1970.
    let after = after.max(Timestamp::UNIX_EPOCH);
    let local = |at| match rule {
        ScheduleRule::Cron(rule) => Some(rule.local(at)),
        ScheduleRule::Every(_) | ScheduleRule::Once { .. } => None,
    };
    let tick = |tick_at| ComingTick { tick_at, local: local(tick_at), due_at: schedule.map(|one| one.due(tick_at)) };
    SchedulePreview { data: rule.ticks_after(after).take(count.unwrap_or(COUNT) as usize).map(tick).collect() }
}
