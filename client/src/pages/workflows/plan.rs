//! Where the nodes of a graph are drawn: each in the column after the last of those it waits for, and in the row that keeps the lines short.

use std::collections::HashMap;

/// How large things are, in the units of the drawing.
pub const WIDE: f64 = 176.0;
pub const HIGH: f64 = 48.0;
const APART_X: f64 = 72.0;
const APART_Y: f64 = 18.0;
const MARGIN: f64 = 8.0;

/// Rounds of moving nodes nearer to their neighbours.
const ROUNDS: usize = 4;

/// A node to be drawn: its key, and whom it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vertex {
    pub key: String,
    pub depends_on: Vec<String>,
}

/// A line from one node to another, by their places in the order. Where it passes columns in between it has a row of its own there.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// Where it passes: the left end of each stretch, which is as long as a node is wide.
    pub through: Vec<(f64, f64)>,
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub width: f64,
    pub height: f64,
    /// The upper left corner of each node, in their order.
    pub corners: Vec<(f64, f64)>,
    /// The lines between the nodes.
    pub edges: Vec<Edge>,
    /// The order to read them in: by column, then by row.
    pub order: Vec<usize>,
}

/// Lays a graph out.
pub fn plan(vertices: &[Vertex]) -> Plan {
    let places: HashMap<&str, usize> = vertices.iter().enumerate().map(|(index, vertex)| (vertex.key.as_str(), index)).collect();
    let mut before: Vec<Vec<usize>> = vertices
        .iter()
        .map(|vertex| vertex.depends_on.iter().filter_map(|key| places.get(key.as_str()).copied()).collect())
        .collect();
    let mut layers = layers(&before);
    let paths = passed(&mut before, &mut layers);
    let columns = arranged(&layers, &before);
    let tallest = columns.iter().map(Vec::len).max().unwrap_or_default();
    let mut corners = vec![(0.0, 0.0); layers.len()];
    for (x, column) in columns.iter().enumerate() {
        // Short columns stand in the middle.
        let shift = (tallest - column.len()) as f64 / 2.0;
        for (y, index) in column.iter().enumerate() {
            corners[*index] = (MARGIN + x as f64 * (WIDE + APART_X), MARGIN + (y as f64 + shift) * (HIGH + APART_Y));
        }
    }
    let middle = |index: &usize| (corners[*index].0, corners[*index].1 + HIGH / 2.0);
    let edges =
        paths.iter().map(|(from, passed, to)| Edge { from: *from, to: *to, through: passed.iter().map(middle).collect() });
    let edges = edges.collect();
    let length = |count: usize, one: f64, apart: f64| (count as f64 * (one + apart) - apart).max(one) + 2.0 * MARGIN;
    corners.truncate(vertices.len());
    Plan {
        width: length(columns.len(), WIDE, APART_X),
        height: length(tallest, HIGH, APART_Y),
        corners,
        edges,
        order: columns.into_iter().flatten().filter(|index| *index < vertices.len()).collect(),
    }
}

/// Most rows that lines are given of their own: a very large graph is drawn with lines behind its nodes.
const MOST_PASSED: usize = 2_000;

/// Gives lines a place in each column they pass, by nodes that are not drawn, put behind the others. Returns each line with these.
fn passed(before: &mut Vec<Vec<usize>>, layers: &mut Vec<usize>) -> Vec<(usize, Vec<usize>, usize)> {
    let mut paths = Vec::new();
    let nodes = before.len();
    for to in 0..nodes {
        for place in 0..before[to].len() {
            let from = before[to][place];
            let (mut last, mut passed) = (from, Vec::new());
            for layer in layers[from] + 1..layers[to] {
                if before.len() - nodes >= MOST_PASSED {
                    break;
                }
                layers.push(layer);
                before.push(vec![last]);
                last = before.len() - 1;
                passed.push(last);
            }
            before[to][place] = last;
            paths.push((from, passed, to));
        }
    }
    paths
}

/// The column of each node. A node of a cycle, which no server accepts, is where it was found.
fn layers(before: &[Vec<usize>]) -> Vec<usize> {
    let mut layers = vec![0; before.len()];
    for _ in 0..before.len() {
        let mut moved = false;
        for (index, before) in before.iter().enumerate() {
            let least = before.iter().map(|from| layers[*from] + 1).max().unwrap_or_default();
            if least > layers[index] && least < layers.len() {
                layers[index] = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    layers
}

/// The columns, each with its nodes from top to bottom: a few times each node is moved to the mean of its neighbours.
fn arranged(layers: &[usize], before: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut columns = vec![Vec::new(); count];
    for (index, layer) in layers.iter().enumerate() {
        columns[*layer].push(index);
    }
    let mut after = vec![Vec::new(); before.len()];
    for (to, before) in before.iter().enumerate() {
        for from in before {
            after[*from].push(to);
        }
    }
    let mut row = vec![0.0; before.len()];
    for round in 0..ROUNDS {
        let forth = round % 2 == 0;
        for x in 0..count {
            let column = &mut columns[if forth { x } else { count - 1 - x }];
            let neighbours = if forth { before } else { &after };
            let mean = |index: usize| -> f64 {
                let near = &neighbours[index];
                if near.is_empty() { row[index] } else { near.iter().map(|one| row[*one]).sum::<f64>() / near.len() as f64 }
            };
            column.sort_by(|a, b| mean(*a).total_cmp(&mean(*b)));
            let middle = column.len() as f64 / 2.0;
            for (y, index) in column.iter().enumerate() {
                row[*index] = y as f64 - middle;
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Vec<Vertex> {
        let vertex = |(key, before): &(&str, &[&str])| Vertex {
            key: (*key).to_owned(),
            depends_on: before.iter().map(|key| (*key).to_owned()).collect(),
        };
        edges.iter().map(vertex).collect()
    }

    #[test]
    fn a_node_comes_after_all_it_waits_for() {
        let plan = plan(&graph(&[("d", &["b", "c"]), ("b", &["a"]), ("c", &["b"]), ("a", &[])]));
        for edge in &plan.edges {
            assert!(plan.corners[edge.from].0 < plan.corners[edge.to].0, "{plan:?}");
        }
        assert_eq!((plan.edges.len(), plan.order.len()), (4, 4));
    }

    #[test]
    fn no_two_nodes_cover_each_other() {
        let wide: Vec<Vertex> = (0..300)
            .map(|index| Vertex {
                key: index.to_string(),
                depends_on: (index > 9).then(|| (index / 7).to_string()).into_iter().collect(),
            })
            .collect();
        let plan = plan(&wide);
        let mut corners: Vec<_> = plan.corners.iter().map(|(x, y)| (*x as i64, *y as i64)).collect();
        corners.sort_unstable();
        corners.dedup();
        assert_eq!(corners.len(), 300);
        assert!(plan.corners.iter().all(|(x, y)| x + WIDE <= plan.width && y + HIGH <= plan.height));
    }

    #[test]
    fn lines_of_a_simple_graph_do_not_cross() {
        let plan = plan(&graph(&[("a", &[]), ("b", &[]), ("x", &["b"]), ("y", &["a"])]));
        let y = |index: usize| plan.corners[index].1;
        assert_eq!(y(0) < y(1), y(3) < y(2), "{plan:?}");
    }

    #[test]
    fn a_line_that_passes_a_column_goes_around_its_nodes() {
        let plan = plan(&graph(&[("a", &[]), ("b", &["a"]), ("c", &["b", "a"])]));
        let long = plan.edges.iter().find(|edge| (edge.from, edge.to) == (0, 2)).unwrap();
        let (x, y) = long.through[0];
        assert_eq!((long.through.len(), x), (1, plan.corners[1].0));
        assert!((y - (plan.corners[1].1 + HIGH / 2.0)).abs() >= HIGH, "{plan:?}");
        assert_eq!((plan.corners.len(), plan.order.len()), (3, 3));
    }

    #[test]
    fn nothing_is_a_drawing_too() {
        assert!(plan(&[]).corners.is_empty());
    }
}
