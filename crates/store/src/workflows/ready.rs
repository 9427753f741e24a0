//! What is written for nodes that wait for nothing any more: decided once here, for both databases.

use std::collections::BTreeMap;

use ruche_domain::{NodeResults, RawJson, TaskFailure, TaskId, fill};

/// Nodes to move on.
#[derive(Debug, Default)]
pub struct Ready {
    /// To unblock, with the arguments (positional, by keyword) to run with where those had placeholders.
    pub release: Vec<(TaskId, Option<(RawJson, RawJson)>)>,
    /// To fail, as their arguments cannot be made.
    pub fail: Vec<(TaskId, TaskFailure)>,
}

impl Ready {
    /// Decides. `templates`: the arguments of those that have placeholders. `results`: of the nodes each depends on.
    #[must_use]
    pub fn of(
        nodes: &[TaskId],
        templates: &BTreeMap<TaskId, (RawJson, RawJson)>,
        results: &BTreeMap<TaskId, NodeResults>,
    ) -> Self {
        let mut ready = Self::default();
        let none = NodeResults::new();
        for node in nodes {
            let Some((args, kwargs)) = templates.get(node) else {
                ready.release.push((*node, None));
                continue;
            };
            let results = results.get(node).unwrap_or(&none);
            match fill(args, results).and_then(|args| Ok((args, fill(kwargs, results)?))) {
                Ok(filled) => ready.release.push((*node, Some(filled))),
                // A node's key and a pointer are the caller's words for places, not payload.
                Err(error) => ready.fail.push((*node, TaskFailure::new("unfillable", error.to_string()))),
            }
        }
        ready
    }
}
