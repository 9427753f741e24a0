use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::check_graph;

fn task(name: &'static str) -> Shape<&'static str> {
    Shape::Task { key: None, node: name }
}

fn named(key: &str, name: &'static str) -> Shape<&'static str> {
    Shape::Task { key: Some(NodeKey::new(key).unwrap()), node: name }
}

/// Each node with what it waits for, as text.
fn told<T>(shape: Shape<T>) -> Vec<String> {
    let nodes = compile_shape(shape).unwrap();
    let told = |node: &Planned<T>| {
        let on: Vec<_> = node.depends_on.iter().map(NodeKey::as_str).collect();
        format!("{} <- {}", node.key.as_str(), on.join(" "))
    };
    nodes.iter().map(told).collect()
}

#[test]
fn a_chain_is_one_after_the_other() {
    assert_eq!(told(Shape::Chain(vec![task("a"), named("mid", "b"), task("c")])), ["1 <- ", "mid <- 1", "3 <- mid"]);
}

#[test]
fn a_group_is_at_the_same_time_and_a_chord_waits_for_it() {
    assert_eq!(told(Shape::Group(vec![task("a"), task("b")])), ["1 <- ", "2 <- "]);
    let chord = Shape::Chord { header: vec![task("a"), task("b")], body: Box::new(task("c")) };
    assert_eq!(told(chord), ["header.1 <- ", "header.2 <- ", "body <- header.1 header.2"]);
}

#[test]
fn shapes_nest() {
    let inner = Shape::Chain(vec![task("x"), task("y")]);
    let shape = Shape::Chain(vec![task("a"), Shape::Group(vec![task("b"), inner]), task("z")]);
    assert_eq!(told(shape), ["1 <- ", "2.1 <- 1", "2.2.1 <- 1", "2.2.2 <- 2.2.1", "3 <- 2.1 2.2.2"]);
    let chord = Shape::Chord { header: vec![task("a")], body: Box::new(Shape::Group(vec![task("b"), task("c")])) };
    assert_eq!(
        told(Shape::Chain(vec![chord, task("d")])),
        ["1.header.1 <- ", "1.body.1 <- 1.header.1", "1.body.2 <- 1.header.1", "2 <- 1.body.1 1.body.2"]
    );
}

#[test]
fn what_is_no_shape_is_told_with_its_place() {
    let path = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let empty = |shape: Shape<&'static str>| compile_shape(shape).unwrap_err();
    assert_eq!(empty(Shape::Chain(vec![])), InvalidShape::Empty { path: path(&["chain"]) });
    let nested = Shape::Chain(vec![task("a"), Shape::Group(vec![])]);
    assert_eq!(empty(nested), InvalidShape::Empty { path: path(&["chain", "1", "group"]) });
    let chord = Shape::Chord { header: vec![], body: Box::new(task("a")) };
    assert_eq!(empty(chord), InvalidShape::Empty { path: path(&["chord", "header"]) });
    let mut deep = task("a");
    for _ in 0..MAX_SHAPE_DEPTH {
        deep = Shape::Chain(vec![deep]);
    }
    assert!(compile_shape(deep.clone()).is_ok());
    assert!(
        matches!(compile_shape(Shape::Chain(vec![deep])), Err(InvalidShape::TooDeep { path }) if path.len() == 2 * MAX_SHAPE_DEPTH)
    );
}

#[test]
fn bounds_hold_before_anything_grows() {
    let many = |count| Shape::Group((0..count).map(|_| task("a")).collect());
    assert_eq!(compile_shape(many(MAX_NODES)).unwrap().len(), MAX_NODES);
    assert_eq!(compile_shape(many(MAX_NODES + 1)), Err(InvalidShape::TooManyNodes));
    assert_eq!(compile_shape(Shape::Chain(vec![many(100), many(100)])).unwrap().len(), 200);
    assert_eq!(compile_shape(Shape::Chain(vec![many(101), many(100)])), Err(InvalidShape::TooManyEdges));
}

fn shapes() -> impl Strategy<Value = Shape<()>> {
    let leaf = Just(Shape::Task { key: None, node: () });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let steps = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            steps.clone().prop_map(Shape::Chain),
            steps.clone().prop_map(Shape::Group),
            (steps, inner).prop_map(|(header, body)| Shape::Chord { header, body: Box::new(body) }),
        ]
    })
}

/// How many tasks run one after the other at least.
fn length(shape: &Shape<()>) -> usize {
    let longest = |steps: &[Shape<()>]| steps.iter().map(length).max().unwrap_or_default();
    match shape {
        Shape::Task { .. } => 1,
        Shape::Chain(steps) => steps.iter().map(length).sum(),
        Shape::Group(steps) => longest(steps),
        Shape::Chord { header, body } => longest(header) + length(body),
    }
}

proptest! {
    #[test]
    fn every_shape_is_a_graph_as_deep_as_the_shape_is_long(shape in shapes().prop_filter("a bare task has no place", |shape| !matches!(shape, Shape::Task { .. }))) {
        let expected = length(&shape);
        let nodes = compile_shape(shape).unwrap();
        let graph: Vec<_> = nodes.iter().map(|node| (node.key.clone(), node.depends_on.clone())).collect();
        prop_assert!(check_graph(&graph).is_ok(), "unique keys, no cycle");
        let mut depth: BTreeMap<&NodeKey, usize> = BTreeMap::new();
        for (key, on) in &graph {
            // Nodes come after what they wait for.
            let before = on.iter().map(|key| depth[key]).max().unwrap_or_default();
            depth.insert(key, before + 1);
        }
        prop_assert_eq!(depth.values().max().copied(), Some(expected));
    }
}
