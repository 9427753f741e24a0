//! Tasks.

pub mod accepting;
mod attempts;
mod batch;
mod cancel;
mod editing;
mod enqueue;
mod enqueue_typed;
mod get;
mod list;
mod logs;
mod result;
mod retry;
mod timeline;
mod unique;

use poem_openapi::OpenApi;
use ruche_domain::TaskId;
use ruche_store::TaskView;

use crate::{
    problem::{Code, Problem},
    state::Shared,
};

/// The operations on tasks, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (
        (enqueue::Enqueue, enqueue_typed::EnqueueTyped, batch::Batch, list::List, get::Get),
        (result::GetResult, attempts::Attempts, timeline::GetTimeline, logs::Logs),
        (cancel::Cancel, retry::Retry),
    )
}

/// The task, or a problem.
async fn existing(shared: &Shared, id: TaskId) -> Result<TaskView, Problem> {
    shared.store.task(id).await?.ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(Code::TaskNotFound)
}

/// The address of a task.
fn location(id: TaskId) -> String {
    format!("/api/v1/tasks/{id}")
}
