//! Workflows.

mod cancel;
mod create;
mod get;
mod list;
mod retry;

use poem_openapi::OpenApi;
use ruche_api::Workflow;
use ruche_domain::WorkflowId;

use crate::{
    problem::{Code, Problem},
    state::Shared,
    views,
};

/// The operations on workflows, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (create::Create, list::List, get::Get, cancel::Cancel, retry::Retry)
}

async fn existing(shared: &Shared, id: WorkflowId) -> Result<Workflow, Problem> {
    shared.store.workflow(id).await?.map(views::workflow).ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(Code::WorkflowNotFound)
}
