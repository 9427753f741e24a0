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

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub width: f64,
    pub height: f64,
    /// The upper left corner of each node, in their order.
    pub corners: Vec<(f64, f64)>,
    /// From which node to which, by their places in the order.
    pub edges: Vec<(usize, usize)>,
    /// The order to read them in: by column, then by row.
    pub order: Vec<usize>,
}

/// Lays a graph out.
pub fn plan(vertices: &[Vertex]) -> Plan {
    let places: HashMap<&str, usize> = vertices.iter().enumerate().map(|(index, vertex)| (vertex.key.as_str(), index)).collect();
    let before: Vec<Vec<usize>> = vertices
        .iter()
        .map(|vertex| vertex.depends_on.iter().filter_map(|key| places.get(key.as_str()).copied()).collect())
        .collect();
    let columns = arranged(&layers(&before), &before);
    let tallest = columns.iter().map(Vec::len).max().unwrap_or_default();
    let mut corners = vec![(0.0, 0.0); vertices.len()];
    for (x, column) in columns.iter().enumerate() {
        // Short columns stand in the middle.
        let shift = (tallest - column.len()) as f64 / 2.0;
        for (y, index) in column.iter().enumerate() {
            corners[*index] = (MARGIN + x as f64 * (WIDE + APART_X), MARGIN + (y as f64 + shift) * (HIGH + APART_Y));
        }
    }
    let edges = before.iter().enumerate().flat_map(|(to, before)| before.iter().map(move |from| (*from, to))).collect();
    let length = |count: usize, one: f64, apart: f64| (count as f64 * (one + apart) - apart).max(one) + 2.0 * MARGIN;
    Plan {
        width: length(columns.len(), WIDE, APART_X),
        height: length(tallest, HIGH, APART_Y),
        corners,
        edges,
        order: columns.into_iter().flatten().collect(),
    }
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
        for (from, to) in &plan.edges {
            assert!(plan.corners[*from].0 < plan.corners[*to].0, "{plan:?}");
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
    fn nothing_is_a_drawing_too() {
        assert!(plan(&[]).corners.is_empty());
    }
}
