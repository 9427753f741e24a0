//! Which graphs are workflows.

use std::collections::{HashMap, HashSet};

use crate::NodeKey;

/// Nodes of one workflow at most.
pub const MAX_NODES: usize = 1_000;

/// Dependencies of one workflow at most.
pub const MAX_EDGES: usize = 10_000;

/// Longest cycle that is told in full.
const LONGEST_TOLD: usize = 10;

/// Why a graph is no workflow. Nodes and dependencies are told by their places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGraph {
    /// There is nothing to run.
    #[error("a workflow has at least one node")]
    Empty,
    /// More than [`MAX_NODES`].
    #[error("a workflow has at most 1000 nodes")]
    TooManyNodes,
    /// More than [`MAX_EDGES`].
    #[error("a workflow has at most 10000 dependencies")]
    TooManyEdges,
    /// Two nodes have one key.
    #[error("another node has this key")]
    DuplicateKey {
        /// The second of them.
        node: usize,
    },
    /// No node has this key.
    #[error("no node has the key {key}")]
    UnknownDependency {
        /// The node.
        node: usize,
        /// Which of its dependencies.
        dependency: usize,
        /// The key.
        key: NodeKey,
    },
    /// A dependency is there twice.
    #[error("the dependency is there already")]
    DuplicateDependency {
        /// The node.
        node: usize,
        /// Which of its dependencies.
        dependency: usize,
    },
    /// A node depends on itself.
    #[error("a node cannot depend on itself")]
    SelfDependency {
        /// The node.
        node: usize,
        /// Which of its dependencies.
        dependency: usize,
    },
    /// Nodes wait for each other.
    #[error("the nodes wait for each other in a circle: {}", told(.keys))]
    Cycle {
        /// One of them.
        node: usize,
        /// Their keys: each depends on the next, the last on the first.
        keys: Vec<NodeKey>,
    },
}

fn told(keys: &[NodeKey]) -> String {
    let mut names: Vec<&str> = keys.iter().take(LONGEST_TOLD).map(NodeKey::as_str).collect();
    if keys.len() > LONGEST_TOLD {
        names.push("...");
    }
    names.extend(keys.first().map(NodeKey::as_str));
    names.join(" -> ")
}

/// Checks a graph, given as keys with the keys they depend on; the places of each node's dependencies.
///
/// # Errors
/// When it is empty, too large, has a key twice, or a dependency that is unknown, double, on itself or part of a cycle.
pub fn check_graph(nodes: &[(NodeKey, Vec<NodeKey>)]) -> Result<Vec<Vec<usize>>, InvalidGraph> {
    match nodes.len() {
        0 => return Err(InvalidGraph::Empty),
        count if count > MAX_NODES => return Err(InvalidGraph::TooManyNodes),
        _ => {}
    }
    if nodes.iter().map(|(_, on)| on.len()).sum::<usize>() > MAX_EDGES {
        return Err(InvalidGraph::TooManyEdges);
    }
    let mut places = HashMap::with_capacity(nodes.len());
    for (node, (key, _)) in nodes.iter().enumerate() {
        if places.insert(key, node).is_some() {
            return Err(InvalidGraph::DuplicateKey { node });
        }
    }
    let edges = nodes.iter().enumerate().map(|(node, (_, on))| edges_of(node, on, &places)).collect::<Result<Vec<_>, _>>()?;
    match circle(&edges) {
        Some(circle) => {
            let keys = circle.iter().map(|node| nodes[*node].0.clone()).collect();
            Err(InvalidGraph::Cycle { node: circle[0], keys })
        }
        None => Ok(edges),
    }
}

fn edges_of(node: usize, on: &[NodeKey], places: &HashMap<&NodeKey, usize>) -> Result<Vec<usize>, InvalidGraph> {
    let mut seen = HashSet::with_capacity(on.len());
    let mut edges = Vec::with_capacity(on.len());
    for (dependency, key) in on.iter().enumerate() {
        let Some(&place) = places.get(key) else {
            return Err(InvalidGraph::UnknownDependency { node, dependency, key: key.clone() });
        };
        if place == node {
            return Err(InvalidGraph::SelfDependency { node, dependency });
        }
        if !seen.insert(place) {
            return Err(InvalidGraph::DuplicateDependency { node, dependency });
        }
        edges.push(place);
    }
    Ok(edges)
}

/// Nodes of a cycle, each depending on the next, if there is one: what is left when nodes that wait for nothing are taken away
/// again and again holds one.
fn circle(edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut waits: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut dependants = vec![Vec::new(); edges.len()];
    for (node, on) in edges.iter().enumerate() {
        for dependency in on {
            dependants[*dependency].push(node);
        }
    }
    let mut free: Vec<usize> = (0..edges.len()).filter(|node| waits[*node] == 0).collect();
    while let Some(done) = free.pop() {
        for dependant in &dependants[done] {
            waits[*dependant] -= 1;
            if waits[*dependant] == 0 {
                free.push(*dependant);
            }
        }
    }
    let start = waits.iter().position(|waits| *waits > 0)?;
    let (mut path, mut at) = (Vec::new(), start);
    loop {
        if let Some(begin) = path.iter().position(|node| *node == at) {
            return Some(path.split_off(begin));
        }
        path.push(at);
        // A node that is left waits for one that is left.
        at = edges[at].iter().copied().find(|node| waits[*node] > 0)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> NodeKey {
        NodeKey::new(text).unwrap()
    }

    fn graph(nodes: &[(&str, &[&str])]) -> Vec<(NodeKey, Vec<NodeKey>)> {
        nodes.iter().map(|(name, on)| (key(name), on.iter().map(|on| key(on)).collect())).collect()
    }

    #[test]
    fn a_diamond_is_a_workflow() {
        let diamond = graph(&[("d", &["b", "c"]), ("b", &["a"]), ("c", &["a"]), ("a", &[])]);
        assert_eq!(check_graph(&diamond).unwrap(), [vec![1, 2], vec![3], vec![3], vec![]]);
    }

    #[test]
    fn what_is_no_workflow_is_told() {
        assert_eq!(check_graph(&[]), Err(InvalidGraph::Empty));
        let refused = |nodes: &[(&str, &[&str])]| check_graph(&graph(nodes)).unwrap_err();
        assert_eq!(refused(&[("a", &[]), ("a", &[])]), InvalidGraph::DuplicateKey { node: 1 });
        assert_eq!(refused(&[("a", &["a"])]), InvalidGraph::SelfDependency { node: 0, dependency: 0 });
        assert_eq!(refused(&[("a", &[]), ("b", &["a", "a"])]), InvalidGraph::DuplicateDependency { node: 1, dependency: 1 });
        assert_eq!(refused(&[("a", &["x"])]), InvalidGraph::UnknownDependency { node: 0, dependency: 0, key: key("x") });
        let cycle = refused(&[("r", &[]), ("a", &["r", "b"]), ("b", &["c"]), ("c", &["a"]), ("z", &["a"])]);
        assert_eq!(cycle.to_string(), "the nodes wait for each other in a circle: a -> b -> c -> a");
        let many: Vec<_> = (0..=MAX_NODES).map(|n| (key(&format!("n{n}")), Vec::new())).collect();
        assert_eq!(check_graph(&many), Err(InvalidGraph::TooManyNodes));
        let mut wide: Vec<_> = (0..200).map(|n| (key(&format!("n{n}")), Vec::new())).collect();
        let all: Vec<_> = wide.iter().take(100).map(|(key, _)| key.clone()).collect();
        wide[100..].iter_mut().for_each(|node| node.1.clone_from(&all));
        assert!(check_graph(&wide).is_ok(), "10,000 are not too many");
        wide[99].1.push(key("n0"));
        assert_eq!(check_graph(&wide), Err(InvalidGraph::TooManyEdges));
    }

    proptest! {
        #[test]
        fn a_graph_is_refused_exactly_when_it_has_a_cycle(edges in prop::collection::hash_set((0usize..8, 0usize..8), 0..20)) {
            let mut nodes: Vec<_> = (0..8).map(|n| (key(&format!("n{n}")), Vec::new())).collect();
            let mut reach = [[false; 8]; 8];
            for (from, to) in edges.into_iter().filter(|(from, to)| from != to) {
                nodes[from].1.push(key(&format!("n{to}")));
                reach[from][to] = true;
            }
            for via in 0..8 {
                for from in 0..8 {
                    for to in 0..8 {
                        reach[from][to] |= reach[from][via] && reach[via][to];
                    }
                }
            }
            match check_graph(&nodes) {
                Ok(_) => prop_assert!((0..8).all(|node| !reach[node][node])),
                Err(InvalidGraph::Cycle { keys, .. }) => {
                    for (at, key) in keys.iter().enumerate() {
                        let node = nodes.iter().find(|node| node.0 == *key).unwrap();
                        prop_assert!(node.1.contains(&keys[(at + 1) % keys.len()]));
                    }
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }
}
