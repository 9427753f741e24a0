//! Limits of task names.

mod get;
mod lift;
mod limit;
mod list;

use poem_openapi::OpenApi;
use ruche_api::TaskLimit;
use ruche_domain::Timestamp;
use ruche_store::NameLimit;

use crate::{
    problem::{Code, Problem},
    waiting::next_token,
};

/// The operations, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (list::List, get::Get, limit::Limit, lift::Lift)
}

/// What is shown of a limit; nothing of one that was lifted.
fn shown(limit: NameLimit, now: Timestamp) -> Option<TaskLimit> {
    let NameLimit { name, rate, bucket, opened_at: _ } = limit;
    let rate = rate?;
    Some(TaskLimit { task: name.into(), rate: rate.into(), next_at: next_token(&rate, bucket, now) })
}

fn not_found() -> Problem {
    Problem::new(Code::TaskLimitNotFound)
}
