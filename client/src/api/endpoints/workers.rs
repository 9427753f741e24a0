//! Workers.

use ruche_api::WorkerList;

use super::super::Ask;

pub fn list() -> Ask<WorkerList> {
    Ask::get(&["workers"])
}
