//! From what a caller says of a workflow to one that can be stored; errors point into the body.

use ruche_api::{CreateNode, CreateWorkflow};
use ruche_domain::{Clock, InvalidGraph, MemberOf, NodeKey, WorkflowId, check_graph, references};
use ruche_store::{NewNode, NewWorkflow};

use crate::{acceptance::Desk, problem::Problem, scheduling::invalid_field};

/// Checks the graph, then each task.
///
/// # Errors
/// The first thing that is wrong.
pub fn weave(wish: CreateWorkflow, desk: &Desk<'_>, clock: &dyn Clock) -> Result<NewWorkflow, Problem> {
    let CreateWorkflow { name, nodes, failure_policy } = wish;
    if name.as_ref().is_some_and(|name| !(1..=CreateWorkflow::MAX_NAME).contains(&name.chars().count()) || name.contains('\0')) {
        return Err(invalid_field("/name", "range", "1 to 200 characters, none of them NUL"));
    }
    let graph = nodes.iter().enumerate().map(|(place, node)| keys(place, node)).collect::<Result<Vec<_>, _>>()?;
    let edges = check_graph(&graph).map_err(|error| refused(&error))?;
    let id = WorkflowId::from(clock.new_task_id().as_uuid());
    let mut woven = Vec::with_capacity(nodes.len());
    for (place, ((node, (key, on)), depends_on)) in nodes.into_iter().zip(graph).zip(edges).enumerate() {
        let CreateNode { task, on_failure, .. } = node;
        let has_placeholders = placeholders(place, &task, &on)?;
        let rejected = |rejection: crate::acceptance::Rejection| rejection.into_problem(&format!("/nodes/{place}/task"));
        let mut task = desk.accept_node(task, clock.new_task_id(), has_placeholders).map_err(rejected)?;
        task.options.workflow = Some(Box::new(MemberOf { id, key: key.clone() }));
        let on_failure = match on_failure.unwrap_or_default() {
            ruche_api::OnFailure::Fail => ruche_domain::OnFailure::Fail,
            ruche_api::OnFailure::Continue => ruche_domain::OnFailure::Continue,
        };
        woven.push(NewNode { key, task, on_failure, depends_on, has_placeholders });
    }
    let policy = match failure_policy.unwrap_or_default() {
        ruche_api::FailurePolicy::CancelRest => ruche_domain::FailurePolicy::CancelRest,
        ruche_api::FailurePolicy::ContinueOthers => ruche_domain::FailurePolicy::ContinueOthers,
    };
    Ok(NewWorkflow { id, name, policy, created_at: desk.now, nodes: woven })
}

fn keys(place: usize, node: &CreateNode) -> Result<(NodeKey, Vec<NodeKey>), Problem> {
    let key =
        |pointer: String, text: &str| NodeKey::new(text).map_err(|error| invalid_field(&pointer, "pattern", &error.to_string()));
    let depends_on = node.depends_on.iter().flatten().enumerate();
    let depends_on = depends_on.map(|(at, on)| key(format!("/nodes/{place}/depends_on/{at}"), on));
    Ok((key(format!("/nodes/{place}/key"), &node.key)?, depends_on.collect::<Result<_, _>>()?))
}

fn refused(error: &InvalidGraph) -> Problem {
    let (pointer, code) = match error {
        InvalidGraph::Empty | InvalidGraph::TooManyNodes => ("/nodes".to_owned(), "range"),
        InvalidGraph::TooManyEdges => ("/nodes".to_owned(), "too_many"),
        InvalidGraph::DuplicateKey { node } => (format!("/nodes/{node}/key"), "duplicate"),
        InvalidGraph::UnknownDependency { node, dependency, .. } => (format!("/nodes/{node}/depends_on/{dependency}"), "unknown"),
        InvalidGraph::DuplicateDependency { node, dependency } => (format!("/nodes/{node}/depends_on/{dependency}"), "duplicate"),
        InvalidGraph::SelfDependency { node, dependency } => (format!("/nodes/{node}/depends_on/{dependency}"), "cycle"),
        InvalidGraph::Cycle { node, .. } => (format!("/nodes/{node}/depends_on"), "cycle"),
    };
    invalid_field(&pointer, code, &error.to_string())
}

/// Whether the arguments have placeholders; these name nothing but what the node depends on.
fn placeholders(place: usize, task: &ruche_api::EnqueueTask, on: &[NodeKey]) -> Result<bool, Problem> {
    let mut any = false;
    for (part, arguments) in [("args", &task.args), ("kwargs", &task.kwargs)] {
        let Some(arguments) = arguments else { continue };
        let pointer = format!("/nodes/{place}/task/{part}");
        let named = references(&arguments.0).map_err(|error| invalid_field(&pointer, "placeholder", &error.to_string()))?;
        if let Some(stranger) = named.iter().find(|key| !on.contains(key)) {
            let detail = format!("a placeholder names {stranger}, which is not in depends_on");
            return Err(invalid_field(&pointer, "placeholder", &detail));
        }
        any |= !named.is_empty();
    }
    Ok(any)
}
