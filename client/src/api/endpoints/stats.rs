//! Numbers at a glance.

use ruche_api::Stats;

use super::super::Ask;

pub fn now() -> Ask<Stats> {
    Ask::get(&["stats"])
}
