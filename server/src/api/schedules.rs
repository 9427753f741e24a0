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

fn tag(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// The revision that `If-Match` asks for; `None` for any.
fn expected(if_match: &str) -> Result<Option<u64>, Problem> {
    match if_match.trim() {
        "*" => Ok(None),
        tag => {
            let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
            revision.map(Some).ok_or_else(|| Problem::parameter("If-Match", "expected one ETag of the schedule, or *"))
        }
    }
}

fn stale(revision: u64) -> Problem {
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
        assert_eq!(expected("\"7\"").unwrap(), Some(7));
        assert_eq!(expected(" * ").unwrap(), None);
        for bad in ["", "7", "\"x\"", "\"-1\"", "W/\"7\"", "\"7\", \"8\"", "\"99999999999999999999\""] {
            assert!(expected(bad).is_err(), "{bad}");
        }
    }
}
