//! From what a caller says of a workflow to one that can be stored; errors point into the body.

mod plan;

use ruche_domain::{Clock, MemberOf, NodeKey, Planned, WorkflowId, references};
use ruche_store::{NewNode, NewWorkflow};

pub use self::plan::{Plan, Wish, plan};
use crate::{
    acceptance::{Desk, Rejection},
    problem::Problem,
    scheduling::invalid_field,
};

/// What is said of a workflow beside its graph.
pub struct Header {
    /// What people call it.
    pub name: Option<String>,
    /// What becomes of the rest when a node breaks it.
    pub policy: ruche_domain::FailurePolicy,
}

impl Header {
    /// Reads it.
    ///
    /// # Errors
    /// When the name is too long.
    pub fn of(wish: &ruche_api::CreateWorkflow) -> Result<Self, Problem> {
        let bounds = 1..=ruche_api::CreateWorkflow::MAX_NAME;
        if wish.name.as_ref().is_some_and(|name| !bounds.contains(&name.chars().count()) || name.contains('\0')) {
            return Err(invalid_field("/name", "range", "1 to 200 characters, none of them NUL"));
        }
        let policy = match wish.failure_policy.unwrap_or_default() {
            ruche_api::FailurePolicy::CancelRest => ruche_domain::FailurePolicy::CancelRest,
            ruche_api::FailurePolicy::ContinueOthers => ruche_domain::FailurePolicy::ContinueOthers,
        };
        Ok(Self { name: wish.name.clone(), policy })
    }
}

/// Checks each task.
///
/// # Errors
/// The first thing that is wrong.
pub fn weave(header: Header, plan: Plan, desk: &Desk<'_>, clock: &dyn Clock) -> Result<NewWorkflow, Problem> {
    let id = WorkflowId::from(clock.new_task_id().as_uuid());
    let nodes = plan.nodes.into_iter().zip(plan.edges);
    let nodes = nodes.map(|(node, depends_on)| self::node(id, node, depends_on, desk, clock)).collect::<Result<_, _>>()?;
    Ok(NewWorkflow { id, name: header.name, policy: header.policy, created_at: desk.now, nodes })
}

fn node(
    id: WorkflowId,
    node: Planned<Wish>,
    depends_on: Vec<usize>,
    desk: &Desk<'_>,
    clock: &dyn Clock,
) -> Result<NewNode, Problem> {
    let Planned { key, node: Wish { pointer, task, on_failure }, depends_on: on } = node;
    let pointer = format!("{pointer}/task");
    if task.unique.is_some() {
        let detail = "a node of a workflow is a task of its own: it cannot stand for another, nor another for it";
        return Err(invalid_field(&format!("{pointer}/unique"), "exclusive", detail));
    }
    let has_placeholders = placeholders(&pointer, &task, &on)?;
    let rejected = |rejection: Rejection| rejection.into_problem(&pointer);
    let mut task = desk.accept_node(task, clock.new_task_id(), has_placeholders).map_err(rejected)?;
    task.options.workflow = Some(Box::new(MemberOf { id, key: key.clone() }));
    Ok(NewNode { key, task, on_failure, depends_on, has_placeholders })
}

/// Whether the arguments have placeholders; these name nothing but what the node depends on.
fn placeholders(pointer: &str, task: &ruche_api::EnqueueTask, on: &[NodeKey]) -> Result<bool, Problem> {
    let mut any = false;
    for (part, arguments) in [("args", &task.args), ("kwargs", &task.kwargs)] {
        let Some(arguments) = arguments else { continue };
        let pointer = format!("{pointer}/{part}");
        let named = references(&arguments.0).map_err(|error| invalid_field(&pointer, "placeholder", &error.to_string()))?;
        if let Some(stranger) = named.iter().find(|key| !on.contains(key)) {
            let detail = format!("a placeholder names {stranger}, which it does not depend on");
            return Err(invalid_field(&pointer, "placeholder", &detail));
        }
        any |= !named.is_empty();
    }
    Ok(any)
}
