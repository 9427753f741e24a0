//! Which nodes a request asks for, and what each waits for: from the graph itself, or from the shapes that stand for one.

use ruche_api::{Chord, CreateNode, CreateWorkflow, EnqueueTask, WorkflowStep};
use ruche_domain::{InvalidGraph, InvalidShape, NodeKey, OnFailure, Planned, Shape, check_graph, compile_shape};

use crate::{problem::Problem, scheduling::invalid_field};

/// Shapes within shapes, as they are read; the domain allows fewer.
const DEEPEST: usize = 64;

/// What a caller says of a node, and where.
pub struct Wish {
    /// JSON pointer of the node in the body.
    pub pointer: String,
    /// Its task.
    pub task: EnqueueTask,
    /// What becomes of its dependants when it does not succeed.
    pub on_failure: OnFailure,
}

/// The graph asked for.
pub struct Plan {
    /// The nodes.
    pub nodes: Vec<Planned<Wish>>,
    /// Places of the nodes that each waits for.
    pub edges: Vec<Vec<usize>>,
}

/// Reads the graph.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn plan(wish: CreateWorkflow) -> Result<Plan, Problem> {
    let CreateWorkflow { nodes, chain, group, chord, .. } = wish;
    let given = [nodes.is_some(), chain.is_some(), group.is_some(), chord.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        return Err(invalid_field("", "exclusive", "exactly one of nodes, chain, group and chord"));
    }
    let nodes = match nodes {
        Some(nodes) => nodes.into_iter().enumerate().map(|(place, node)| explicit(place, node)).collect::<Result<_, _>>()?,
        None => {
            let shape = shape(WorkflowStep { chain, group, chord, ..WorkflowStep::default() }, "", 0)?;
            compile_shape(shape).map_err(|error| no_shape(&error))?
        }
    };
    let graph: Vec<_> = nodes.iter().map(|node| (node.key.clone(), node.depends_on.clone())).collect();
    let edges = check_graph(&graph).map_err(|error| no_graph(&error, &nodes))?;
    Ok(Plan { nodes, edges })
}

fn explicit(place: usize, node: CreateNode) -> Result<Planned<Wish>, Problem> {
    let CreateNode { key: name, task, depends_on, on_failure } = node;
    let pointer = format!("/nodes/{place}");
    let name = key(&format!("{pointer}/key"), &name)?;
    let depends_on = depends_on.iter().flatten().enumerate();
    let depends_on = depends_on.map(|(at, on)| key(&format!("{pointer}/depends_on/{at}"), on)).collect::<Result<_, _>>()?;
    Ok(Planned { key: name, node: Wish { pointer, task, on_failure: failing(on_failure) }, depends_on })
}

fn shape(step: WorkflowStep, pointer: &str, depth: usize) -> Result<Shape<Wish>, Problem> {
    let WorkflowStep { key: name, on_failure, task, chain, group, chord } = step;
    if depth > DEEPEST {
        return Err(invalid_field(pointer, "too_deep", "shapes within shapes, at most 10 deep"));
    }
    let steps = |steps: Vec<WorkflowStep>, path: &str| -> Result<Vec<_>, Problem> {
        let steps = steps.into_iter().enumerate();
        steps.map(|(place, step)| shape(step, &format!("{pointer}/{path}/{place}"), depth + 1)).collect()
    };
    let of_tasks = name.is_some() || on_failure.is_some();
    let shape = match (task, chain, group, chord) {
        (Some(task), None, None, None) => {
            let key = name.map(|name| key(&format!("{pointer}/key"), &name)).transpose()?;
            let node = Wish { pointer: pointer.to_owned(), task, on_failure: failing(on_failure) };
            return Ok(Shape::Task { key, node });
        }
        (None, Some(chain), None, None) => Shape::Chain(steps(chain, "chain")?),
        (None, None, Some(group), None) => Shape::Group(steps(group, "group")?),
        (None, None, None, Some(Chord { header, body })) => {
            let header = steps(header, "chord/header")?;
            Shape::Chord { header, body: Box::new(self::shape(*body, &format!("{pointer}/chord/body"), depth + 1)?) }
        }
        _ => return Err(invalid_field(pointer, "exclusive", "exactly one of task, chain, group and chord")),
    };
    if of_tasks {
        return Err(invalid_field(pointer, "exclusive", "key and on_failure are of tasks"));
    }
    Ok(shape)
}

fn failing(wish: Option<ruche_api::OnFailure>) -> OnFailure {
    match wish.unwrap_or_default() {
        ruche_api::OnFailure::Fail => OnFailure::Fail,
        ruche_api::OnFailure::Continue => OnFailure::Continue,
    }
}

fn key(pointer: &str, text: &str) -> Result<NodeKey, Problem> {
    NodeKey::new(text).map_err(|error| invalid_field(pointer, "pattern", &error.to_string()))
}

fn no_shape(error: &InvalidShape) -> Problem {
    let at = |path: &[String]| path.iter().map(|part| format!("/{part}")).collect::<String>();
    let (pointer, code) = match error {
        InvalidShape::Empty { path } => (at(path), "range"),
        InvalidShape::TooDeep { path } => (at(path), "too_deep"),
        InvalidShape::TooManyNodes | InvalidShape::TooManyEdges => (String::new(), "too_many"),
        InvalidShape::Key(_) => (String::new(), "pattern"),
    };
    invalid_field(&pointer, code, &error.to_string())
}

fn no_graph(error: &InvalidGraph, nodes: &[Planned<Wish>]) -> Problem {
    let of = |node: usize, rest: &str| format!("{}{rest}", nodes[node].node.pointer);
    let (pointer, code) = match error {
        InvalidGraph::Empty | InvalidGraph::TooManyNodes => ("/nodes".to_owned(), "range"),
        InvalidGraph::TooManyEdges => ("/nodes".to_owned(), "too_many"),
        InvalidGraph::DuplicateKey { node } => (of(*node, "/key"), "duplicate"),
        InvalidGraph::UnknownDependency { node, dependency, .. } => (of(*node, &format!("/depends_on/{dependency}")), "unknown"),
        InvalidGraph::DuplicateDependency { node, dependency } => (of(*node, &format!("/depends_on/{dependency}")), "duplicate"),
        InvalidGraph::SelfDependency { node, dependency } => (of(*node, &format!("/depends_on/{dependency}")), "cycle"),
        InvalidGraph::Cycle { node, .. } => (of(*node, "/depends_on"), "cycle"),
    };
    invalid_field(&pointer, code, &error.to_string())
}
