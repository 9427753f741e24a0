//! Names and ids in paths and queries.

use std::str::FromStr;

use ruche_domain::{Fingerprint, OperationId, QueueName, ScheduleName, TaskId, TaskName, Timestamp, WorkerName};

use crate::problem::Problem;

/// A task id from a path.
pub fn task_id(text: &str) -> Result<TaskId, Problem> {
    parameter("id", text)
}

/// A task name.
pub fn task_name(parameter_name: &str, text: &str) -> Result<TaskName, Problem> {
    parameter(parameter_name, text)
}

/// A queue's name.
pub fn queue_name(parameter_name: &str, text: &str) -> Result<QueueName, Problem> {
    parameter(parameter_name, text)
}

/// A schedule's name from a path.
pub fn schedule_name(text: &str) -> Result<ScheduleName, Problem> {
    parameter("name", text)
}

/// A worker's name.
pub fn worker_name(parameter_name: &str, text: &str) -> Result<WorkerName, Problem> {
    parameter(parameter_name, text)
}

/// A failure's fingerprint.
pub fn fingerprint(parameter_name: &str, text: &str) -> Result<Fingerprint, Problem> {
    parameter(parameter_name, text)
}

/// An operation's id from a path.
pub fn operation_id(text: &str) -> Result<OperationId, Problem> {
    parameter("id", text)
}

/// A time that RFC 3339 can write and databases can keep.
pub fn time(parameter_name: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Problem> {
    let ok = at.is_none_or(|at| (-62_135_596_800..=253_402_300_799).contains(&at.timestamp()));
    if ok { Ok(at) } else { Err(Problem::parameter(parameter_name, "a time of the years 1 to 9999")) }
}

fn parameter<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::parameter(name, error.to_string()))
}
