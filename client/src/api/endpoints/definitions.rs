//! What can be enqueued.

use ruche_api::{Definition, DefinitionList};

use super::super::Ask;

pub fn list() -> Ask<DefinitionList> {
    Ask::get(&["task-definitions"])
}

pub fn get(name: &str) -> Ask<Definition> {
    Ask::get(&["task-definitions", name])
}
