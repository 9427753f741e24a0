//! Changes of many tasks at once.

use ruche_api::{NewOperation, Operation, OperationList, OperationPreview};
use uuid::Uuid;

use super::{super::Ask, PAGE};

pub fn list(cursor: Option<&str>) -> Ask<OperationList> {
    Ask::get(&["operations"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn get(id: Uuid) -> Ask<Operation> {
    Ask::get(&["operations", &id.to_string()])
}

/// Counts what an operation would change.
pub fn preview(operation: &NewOperation) -> Ask<OperationPreview> {
    Ask::post_json(&["operations"], &NewOperation { dry_run: Some(true), ..operation.clone() })
}

pub fn create(operation: &NewOperation) -> Ask<Operation> {
    Ask::post_json(&["operations"], &NewOperation { dry_run: None, ..operation.clone() })
}

pub fn cancel(id: Uuid) -> Ask<Operation> {
    Ask::post(&["operations", &id.to_string(), "cancel"])
}
