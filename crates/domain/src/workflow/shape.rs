//! Chains, groups and chords: shapes that stand for graphs.
//!
//! A *chain*'s steps run one after the other, a *group*'s at the same time, a *chord* is a group with a body that waits for all of
//! it. A step is a task or a shape again. What comes after a shape waits for its last nodes: every one that nothing within the
//! shape waits for. So a group in a chain is a chord without a name.

use crate::{InvalidName, NodeKey, workflow::graph::MAX_EDGES, workflow::graph::MAX_NODES};

/// Shapes within shapes, at most.
pub const MAX_SHAPE_DEPTH: usize = 10;

/// A step of a shape, or a whole shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape<T> {
    /// A task; what it is called, if the caller said so.
    Task {
        /// What the node is called.
        key: Option<NodeKey>,
        /// Whatever the node carries.
        node: T,
    },
    /// One after the other.
    Chain(Vec<Self>),
    /// At the same time.
    Group(Vec<Self>),
    /// At the same time, then the body.
    Chord {
        /// What runs at the same time.
        header: Vec<Self>,
        /// What waits for all of it.
        body: Box<Self>,
    },
}

/// A node of the graph that a shape stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned<T> {
    /// What it is called: as the caller said, else by its place in the shape, counted from 1 (`2`, `2.1`, `header.3`, `body`).
    pub key: NodeKey,
    /// Whatever the node carries.
    pub node: T,
    /// Keys of the nodes it waits for, in their order.
    pub depends_on: Vec<NodeKey>,
}

/// Why a shape stands for no graph. `path` leads to the step, in the words of [`Shape::Chain`]'s JSON: `["chain", "1", "group"]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidShape {
    /// A chain, group or header without a step.
    #[error("at least one step")]
    Empty {
        /// Where.
        path: Vec<String>,
    },
    /// More than [`MAX_SHAPE_DEPTH`].
    #[error("shapes within shapes, at most 10 deep")]
    TooDeep {
        /// Where.
        path: Vec<String>,
    },
    /// More than [`MAX_NODES`].
    #[error("a workflow has at most 1000 nodes")]
    TooManyNodes,
    /// More than [`MAX_EDGES`]: every last node of a step is waited for by every first node of the next.
    #[error("a workflow has at most 10000 dependencies")]
    TooManyEdges,
    /// The place makes no key.
    #[error(transparent)]
    Key(#[from] InvalidName),
}

/// The graph that a shape stands for, in the order in which the steps are written.
///
/// # Errors
/// When the shape is empty somewhere, too deep or too large.
pub fn compile_shape<T>(shape: Shape<T>) -> Result<Vec<Planned<T>>, InvalidShape> {
    let mut compiler = Compiler { nodes: Vec::new(), edges: 0 };
    compiler.add(shape, &mut Place::default(), &[])?;
    Ok(compiler.nodes)
}

struct Compiler<T> {
    nodes: Vec<Planned<T>>,
    edges: usize,
}

/// Where a step stands: the way there in JSON, and what its key is made of.
#[derive(Default)]
struct Place {
    path: Vec<String>,
    names: Vec<String>,
    depth: usize,
}

impl Place {
    /// Goes into a step for as long as `inside` takes.
    fn within<R>(&mut self, path: &[&str], name: Option<String>, inside: impl FnOnce(&mut Self) -> R) -> R {
        let (path_length, names_length) = (self.path.len(), self.names.len());
        self.path.extend(path.iter().map(|part| (*part).to_owned()));
        self.names.extend(name);
        let result = inside(self);
        self.path.truncate(path_length);
        self.names.truncate(names_length);
        result
    }
}

impl<T> Compiler<T> {
    /// Adds a shape that waits for these nodes; its last nodes.
    fn add(&mut self, shape: Shape<T>, place: &mut Place, before: &[usize]) -> Result<Vec<usize>, InvalidShape> {
        if let Shape::Task { key, node } = shape {
            return self.add_task(key, node, place, before).map(|node| vec![node]);
        }
        if place.depth == MAX_SHAPE_DEPTH {
            return Err(InvalidShape::TooDeep { path: place.path.clone() });
        }
        place.depth += 1;
        let last = match shape {
            Shape::Task { .. } => Ok(Vec::new()),
            Shape::Chain(steps) => self.add_chain(steps, place, before),
            Shape::Group(steps) => self.add_group(steps, place, &["group"], before),
            Shape::Chord { header, body } => self.add_chord(header, *body, place, before),
        };
        place.depth -= 1;
        last
    }

    fn add_task(&mut self, key: Option<NodeKey>, node: T, place: &Place, before: &[usize]) -> Result<usize, InvalidShape> {
        if self.nodes.len() == MAX_NODES {
            return Err(InvalidShape::TooManyNodes);
        }
        self.edges += before.len();
        if self.edges > MAX_EDGES {
            return Err(InvalidShape::TooManyEdges);
        }
        let key = match key {
            Some(key) => key,
            None => NodeKey::new(&place.names.join("."))?,
        };
        let depends_on = before.iter().map(|node| self.nodes[*node].key.clone()).collect();
        self.nodes.push(Planned { key, node, depends_on });
        Ok(self.nodes.len() - 1)
    }

    fn add_chain(&mut self, steps: Vec<Shape<T>>, place: &mut Place, before: &[usize]) -> Result<Vec<usize>, InvalidShape> {
        some(&steps, place, &["chain"])?;
        let mut last = before.to_vec();
        for (index, step) in steps.into_iter().enumerate() {
            let name = Some((index + 1).to_string());
            last = place.within(&["chain", &index.to_string()], name, |place| self.add(step, place, &last))?;
        }
        Ok(last)
    }

    fn add_group(
        &mut self,
        steps: Vec<Shape<T>>,
        place: &mut Place,
        path: &[&str],
        before: &[usize],
    ) -> Result<Vec<usize>, InvalidShape> {
        some(&steps, place, path)?;
        let mut last = Vec::new();
        for (index, step) in steps.into_iter().enumerate() {
            let (name, place_in) = (Some((index + 1).to_string()), index.to_string());
            let path: Vec<&str> = path.iter().copied().chain([place_in.as_str()]).collect();
            last.extend(place.within(&path, name, |place| self.add(step, place, before))?);
        }
        Ok(last)
    }

    fn add_chord(
        &mut self,
        header: Vec<Shape<T>>,
        body: Shape<T>,
        place: &mut Place,
        before: &[usize],
    ) -> Result<Vec<usize>, InvalidShape> {
        let name = Some("header".to_owned());
        let last = place.within(&[], name, |place| self.add_group(header, place, &["chord", "header"], before))?;
        place.within(&["chord", "body"], Some("body".to_owned()), |place| self.add(body, place, &last))
    }
}

fn some<T>(steps: &[T], place: &Place, path: &[&str]) -> Result<(), InvalidShape> {
    if steps.is_empty() {
        let path = place.path.iter().cloned().chain(path.iter().map(|part| (*part).to_owned())).collect();
        return Err(InvalidShape::Empty { path });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
