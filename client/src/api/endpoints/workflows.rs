//! Tasks that wait for each other.

use ruche_api::{CreateWorkflow, Workflow, WorkflowPage};
use uuid::Uuid;

use super::{super::Ask, PAGE};

pub fn list(cursor: Option<&str>) -> Ask<WorkflowPage> {
    Ask::get(&["workflows"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn get(id: Uuid) -> Ask<Workflow> {
    Ask::get(&["workflows", &id.to_string()])
}

pub fn create(workflow: &CreateWorkflow) -> Ask<Workflow> {
    Ask::post_json(&["workflows"], workflow)
}

pub fn cancel(id: Uuid) -> Ask<Workflow> {
    Ask::post(&["workflows", &id.to_string(), "cancel"])
}

pub fn retry(id: Uuid) -> Ask<Workflow> {
    Ask::post(&["workflows", &id.to_string(), "retry"])
}
