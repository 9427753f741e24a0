//! Workflows.

use ruche_api::{FailurePolicy, OnFailure, Workflow, WorkflowNode, WorkflowState, WorkflowSummary};
use ruche_store::{NodeView, WorkflowView};

/// A workflow in a list.
pub fn workflow_summary(row: &ruche_store::WorkflowSummary) -> WorkflowSummary {
    WorkflowSummary {
        id: row.id.as_uuid(),
        name: row.name.clone(),
        state: state(row.state()),
        failure_policy: policy(row.policy),
        created_at: row.created_at,
        finished_at: row.finished_at,
        node_count: row.nodes,
        open: row.open,
    }
}

/// A workflow with its graph.
pub fn workflow(view: WorkflowView) -> Workflow {
    let WorkflowView { summary, nodes } = view;
    Workflow {
        id: summary.id.as_uuid(),
        state: state(summary.state()),
        failure_policy: policy(summary.policy),
        created_at: summary.created_at,
        finished_at: summary.finished_at,
        name: summary.name,
        nodes: nodes.into_iter().map(node).collect(),
    }
}

/// A state's word.
pub const fn workflow_word(state: ruche_domain::WorkflowState) -> &'static str {
    match state {
        ruche_domain::WorkflowState::Running => "running",
        ruche_domain::WorkflowState::Succeeded => "succeeded",
        ruche_domain::WorkflowState::Failed => "failed",
        ruche_domain::WorkflowState::Cancelled => "cancelled",
    }
}

fn node(node: NodeView) -> WorkflowNode {
    WorkflowNode {
        key: node.key.into(),
        task_id: node.task.as_uuid(),
        task: node.name.map(Into::into),
        depends_on: node.depends_on.into_iter().map(Into::into).collect(),
        on_failure: match node.on_failure {
            ruche_domain::OnFailure::Fail => OnFailure::Fail,
            ruche_domain::OnFailure::Continue => OnFailure::Continue,
        },
        state: node.state.into(),
        attempt: node.attempt,
        queued_at: node.queued_at,
        started_at: node.started_at,
        finished_at: node.finished_at,
        failure: node.failure.map(Into::into),
    }
}

const fn state(state: ruche_domain::WorkflowState) -> WorkflowState {
    match state {
        ruche_domain::WorkflowState::Running => WorkflowState::Running,
        ruche_domain::WorkflowState::Succeeded => WorkflowState::Succeeded,
        ruche_domain::WorkflowState::Failed => WorkflowState::Failed,
        ruche_domain::WorkflowState::Cancelled => WorkflowState::Cancelled,
    }
}

const fn policy(policy: ruche_domain::FailurePolicy) -> FailurePolicy {
    match policy {
        ruche_domain::FailurePolicy::CancelRest => FailurePolicy::CancelRest,
        ruche_domain::FailurePolicy::ContinueOthers => FailurePolicy::ContinueOthers,
    }
}
