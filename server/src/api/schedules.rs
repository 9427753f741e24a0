//! Schedules.

mod backfill;
mod create;
mod delete;
mod get;
mod list;
mod pause;
mod preview;
mod replace;
mod run;
mod ticks;

use std::sync::Arc;

use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{EnqueueTask, Schedule};
use ruche_domain::ScheduleName;

use crate::{
    definitions::DefinitionSet,
    payload::Document,
    problem::{Code, Problem},
    refusal::Refuses,
    scheduling::Maker,
    state::Shared,
    views,
};

/// The operations on schedules, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (
        (create::Create, list::List, preview::Preview, get::Get, replace::Replace, delete::Delete),
        (pause::Pause, run::Run, backfill::Backfill, ticks::Ticks),
    )
}

/// A schedule as it stands.
#[derive(ApiResponse)]
enum Stands {
    /// The schedule.
    #[oai(status = 200)]
    Ok(
        Document<Schedule>,
        /// The schedule's revision, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

impl Stands {
    fn at(schedule: ruche_domain::Schedule) -> Self {
        let tag = tag(schedule.revision);
        Self::Ok(Document(views::schedule(schedule)), tag)
    }
}

/// The statuses only operations on one schedule have.
struct OfSchedule;

impl Refuses for OfSchedule {
    const STATUSES: &'static [u16] = &[404];
}

async fn existing(shared: &Shared, name: &ScheduleName) -> Result<ruche_domain::Schedule, Problem> {
    shared.store.schedule(name).await?.ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(Code::ScheduleNotFound)
}

/// The address of a schedule.
fn location(name: &ScheduleName) -> String {
    format!("/api/v1/schedules/{name}")
}

pub(super) fn tag(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// No schedule has this revision: they begin with 1.
const NO_REVISION: u64 = 0;

/// The revision that `If-Match` asks for; `None` for any. A tag that no schedule ever had is of no revision there is.
pub(super) fn expected(if_match: &str) -> Option<u64> {
    match if_match.trim() {
        "*" => None,
        tag => {
            let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse::<i64>().ok());
            Some(revision.and_then(|revision| revision.try_into().ok()).unwrap_or(NO_REVISION))
        }
    }
}

pub(super) fn stale(revision: u64) -> Problem {
    Problem::new(Code::RevisionChanged).detail(format!("it stands at {}", tag(revision)))
}

/// What is registered, with another look at the database when the schedule's task is not.
async fn definitions(shared: &Shared, schedule: &ruche_domain::Schedule) -> Result<Arc<DefinitionSet>, Problem> {
    Ok(match schedule.definition.task.decode::<EnqueueTask>() {
        Ok(wish) => shared.definitions.with(&wish.task).await?,
        // The maker says so.
        Err(_) => shared.definitions.current().await?,
    })
}

fn maker<'a>(shared: &'a Shared, definitions: &'a DefinitionSet) -> Maker<'a> {
    Maker { definitions, accept_unregistered: shared.options.accept_unregistered_tasks, clock: &*shared.clock }
}

/// A schedule's task is not accepted any more, for this reason.
fn refused(reason: String) -> Problem {
    Problem::new(Code::InvalidArguments).detail(format!("the schedule's task is not accepted: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_revision_or_a_star_matches() {
        assert_eq!(expected("\"7\""), Some(7));
        assert_eq!(expected(" * "), None);
        for bad in ["", "7", "\"x\"", "\"-1\"", "W/\"7\"", "\"7\", \"8\"", "\"99999999999999999999\""] {
            assert_eq!(expected(bad), Some(NO_REVISION), "{bad}");
        }
    }
}
