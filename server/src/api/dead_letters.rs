//! Tasks that failed for good, by what went wrong.

mod change;
mod get;
mod list;

use poem_openapi::OpenApi;
use ruche_api::DeadLetter;
use ruche_domain::Fingerprint;
use ruche_store::DeadGroup;

use super::names;
use crate::{
    problem::{Code, Problem},
    state::Shared,
};

/// Where counting a group stops.
const MOST_COUNTED: u32 = 1_000;

/// The operations on dead letters, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (list::List, get::Get, change::Change)
}

/// A fingerprint from a path.
fn fingerprint(text: &str) -> Result<Fingerprint, Problem> {
    names::fingerprint("fingerprint", text)
}

/// The group, or a problem.
async fn existing(shared: &Shared, fingerprint: &Fingerprint) -> Result<DeadGroup, Problem> {
    let group = shared.store.dead_letter(fingerprint, MOST_COUNTED).await?;
    group.ok_or_else(|| Problem::new(Code::DeadLetterNotFound))
}

/// The group as the API shows it.
fn shown(group: DeadGroup) -> DeadLetter {
    let DeadGroup { fingerprint, name, count, first_seen, last_seen, sample, failure } = group;
    DeadLetter {
        fingerprint: fingerprint.into(),
        task: name.into(),
        count,
        at_least: count >= u64::from(MOST_COUNTED),
        first_seen,
        last_seen,
        sample: sample.as_uuid(),
        failure: failure.into(),
    }
}
