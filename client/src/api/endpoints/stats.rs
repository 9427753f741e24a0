//! Numbers at a glance.

use ruche_api::{Stats, StatsHistory};

use super::super::Ask;

pub fn now() -> Ask<Stats> {
    Ask::get(&["stats"])
}

/// The last hour.
pub fn history() -> Ask<StatsHistory> {
    Ask::get(&["stats", "history"])
}
