//! Queues, and limits of task names.

use ruche_api::{Queue, QueueChange, QueueLimits, QueueList, Rate, TaskLimit, TaskLimitChange, TaskLimitList};

use super::super::Ask;

pub fn list() -> Ask<QueueList> {
    Ask::get(&["queues"])
}

pub fn get(name: &str) -> Ask<Queue> {
    Ask::get(&["queues", name])
}

pub fn pause(name: &str) -> Ask<Queue> {
    Ask::post(&["queues", name, "pause"])
}

pub fn resume(name: &str) -> Ask<Queue> {
    Ask::post(&["queues", name, "resume"])
}

pub fn limit(name: &str, limits: QueueLimits) -> Ask<Queue> {
    Ask::patch(&["queues", name], &QueueChange { limits })
}

pub fn task_limits() -> Ask<TaskLimitList> {
    Ask::get(&["task-limits"])
}

pub fn limit_task(task: &str, rate: Rate) -> Ask<TaskLimit> {
    Ask::put(&["task-limits", task], &TaskLimitChange { rate })
}

pub fn lift_task_limit(task: &str) -> Ask<()> {
    Ask::delete(&["task-limits", task])
}
