//! A workflow's graph as text: each node once, below the one it waits for that ends last by the graph; what else it waits for stands
//! beside it. One that follows alone stands right below (`↓`), several as branches.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use ruche_api::{Workflow, WorkflowNode, WorkflowState};

use crate::output::{self, Table, clean, in_words};

/// A state's word.
pub const fn word(state: WorkflowState) -> &'static str {
    match state {
        WorkflowState::Running => "running",
        WorkflowState::Succeeded => "succeeded",
        WorkflowState::Failed => "failed",
        WorkflowState::Cancelled => "cancelled",
    }
}

/// One line per node.
pub fn table(workflow: &Workflow, now: DateTime<Utc>) -> Table {
    let mut table = Table::new(&["node", "state", "task", "took", "notes"]);
    for Line { branch, node, also } in lines(&workflow.nodes) {
        table.row([
            format!("{branch}{}", node.key),
            output::state(node.state).to_string(),
            clean(node.task.as_deref().unwrap_or("(deleted)")),
            took(node, now),
            notes(node, &also),
        ]);
    }
    table
}

fn took(node: &WorkflowNode, now: DateTime<Utc>) -> String {
    node.started_at.map(|started| in_words(node.finished_at.unwrap_or(now) - started)).unwrap_or_default()
}

fn notes(node: &WorkflowNode, also: &[&str]) -> String {
    let mut notes = Vec::new();
    if !also.is_empty() {
        notes.push(format!("also after {}", also.join(", ")));
    }
    if node.attempt > 1 {
        notes.push(format!("attempt {}", node.attempt));
    }
    if let Some(failure) = &node.failure {
        notes.push(clean(&format!("{}: {}", failure.kind, failure.message)));
    }
    notes.join("; ")
}

/// A node where it is drawn.
struct Line<'a> {
    branch: String,
    node: &'a WorkflowNode,
    also: Vec<&'a str>,
}

fn lines(nodes: &[WorkflowNode]) -> Vec<Line<'_>> {
    let places: HashMap<&str, usize> = nodes.iter().enumerate().map(|(place, node)| (node.key.as_str(), place)).collect();
    let before: Vec<Vec<usize>> =
        nodes.iter().map(|node| node.depends_on.iter().filter_map(|key| places.get(key.as_str()).copied()).collect()).collect();
    let depths = depths(&before);
    let above: Vec<Option<usize>> =
        before.iter().map(|before| before.iter().copied().max_by_key(|place| (depths[*place], *place))).collect();
    let mut below = vec![Vec::new(); nodes.len()];
    for (place, above) in above.iter().enumerate() {
        if let Some(above) = above {
            below[*above].push(place);
        }
    }
    let mut lines = Vec::with_capacity(nodes.len());
    // What is to be drawn next, with the branch before its name and that before the names of what follows it.
    let roots = (0..nodes.len()).rev().filter(|place| above[*place].is_none());
    let mut left: Vec<(usize, String, String)> = roots.map(|root| (root, String::new(), String::new())).collect();
    while let Some((place, branch, indent)) = left.pop() {
        let also = before[place].iter().copied().filter(|other| above[place] != Some(*other));
        lines.push(Line { branch, node: &nodes[place], also: also.map(|other| nodes[other].key.as_str()).collect() });
        match below[place].as_slice() {
            [only] => left.push((*only, format!("{indent}↓ "), indent)),
            several => {
                for (rank, next) in several.iter().enumerate().rev() {
                    let last = rank + 1 == several.len();
                    let (own, rest) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                    left.push((*next, format!("{indent}{own}"), format!("{indent}{rest}")));
                }
            }
        }
    }
    lines
}

/// How many nodes come before each, one after the other. A server's graph has no cycles; with one this ends all the same.
fn depths(before: &[Vec<usize>]) -> Vec<usize> {
    let mut depths = vec![0; before.len()];
    for _ in 0..before.len() {
        let mut changed = false;
        for (place, before) in before.iter().enumerate() {
            let depth = before.iter().map(|other| depths[*other] + 1).max().unwrap_or_default();
            changed |= depth != depths[place];
            depths[place] = depth;
        }
        if !changed {
            break;
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use ruche_api::{OnFailure, TaskState};
    use uuid::Uuid;

    use super::*;

    fn node(key: &str, depends_on: &[&str]) -> WorkflowNode {
        WorkflowNode {
            key: key.to_owned(),
            task_id: Uuid::nil(),
            task: Some("math.add".to_owned()),
            depends_on: depends_on.iter().map(|key| (*key).to_owned()).collect(),
            on_failure: OnFailure::Fail,
            state: TaskState::Blocked,
            attempt: 0,
            queued_at: None,
            started_at: None,
            finished_at: None,
            failure: None,
        }
    }

    fn drawn(nodes: &[WorkflowNode]) -> Vec<String> {
        let also = |line: &Line<'_>| if line.also.is_empty() { String::new() } else { format!(" ({})", line.also.join(" ")) };
        lines(nodes).iter().map(|line| format!("{}{}{}", line.branch, line.node.key, also(line))).collect()
    }

    #[test]
    fn a_chain_goes_straight_down() {
        assert_eq!(drawn(&[node("c", &["b"]), node("b", &["a"]), node("a", &[])]), ["a", "↓ b", "↓ c"]);
    }

    #[test]
    fn branches_part_and_meet() {
        let nodes = [
            node("fetch", &[]),
            node("resize", &["fetch"]),
            node("store", &["resize"]),
            node("index", &["fetch"]),
            node("publish", &["index", "store"]),
            node("alone", &[]),
        ];
        let expected = ["fetch", "├─ resize", "│  ↓ store", "│  ↓ publish (index)", "└─ index", "alone"];
        assert_eq!(drawn(&nodes), expected);
    }

    #[test]
    fn every_node_of_a_deep_chain_is_drawn_without_growing_wider() {
        let names: Vec<String> = (0..1_000).map(|n| format!("n{n}")).collect();
        let nodes: Vec<_> =
            (0..1_000).map(|n| node(&names[n], if n == 0 { vec![] } else { vec![names[n - 1].as_str()] }.as_slice())).collect();
        let lines = drawn(&nodes);
        assert_eq!((lines.len(), lines[999].as_str()), (1_000, "↓ n999"));
    }
}
