//! Where the nodes of a graph go: columns are given, rows are found.
//!
//! Own code, because the layout libraries there are choose columns themselves, which here are the
//! generations, and draw in colours of their own.

/// What is to be placed in a column.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its column, from 0 at the left.
    pub column: usize,
    /// How far it reaches above its centre.
    pub above: f64,
    /// How far it reaches below.
    pub below: f64,
}

/// The rows of a graph.
pub struct Layout {
    /// The centre of each node, y down.
    pub rows: Vec<f64>,
    /// For each edge the columns between its ends, and the height at which it passes them.
    pub bends: Vec<Vec<(usize, f64)>>,
}

/// Room between two nodes of a column.
const GAP: f64 = 16.0;
/// How often the order in the columns is improved; graphs here have no more than a dozen columns.
const ROUNDS: usize = 24;
/// How often the heights are improved at most: pulled strongly together, nodes move slowly.
const STEPS: usize = 2000;
/// They are good where none has moved by more, far below what is drawn.
const STILL: f64 = 1e-6;
/// How much stronger than others a link pulls that is to be level.
const PULL: f64 = 100.0;

/// Places nodes. Edges go from left to right; one that passes a column gets a place in it, so
/// that it does not run through a node.
pub fn place(nodes: &[Node], edges: &[(usize, usize)]) -> Layout {
    let mut all = nodes.to_vec();
    let mut links = Vec::new();
    let mut passed: Vec<Vec<usize>> = Vec::new();
    for &(from, to) in edges {
        let mut last = from;
        let mut passes = Vec::new();
        for column in nodes[from].column + 1..nodes[to].column {
            all.push(Node { column, above: 6.0, below: 6.0 });
            links.push((last, all.len() - 1));
            last = all.len() - 1;
            passes.push(last);
        }
        links.push((last, to));
        passed.push(passes);
    }
    let rows = rows(&all, nodes.len(), &links);
    let bend = |&node: &usize| (all[node].column, rows[node]);
    let bends = passed.iter().map(|passes| passes.iter().map(bend).collect()).collect();
    Layout { rows: rows[..nodes.len()].to_vec(), bends }
}

/// The height of each node, close to the mean of its neighbours. The first `named` have names, the
/// others are the places of passing edges.
fn rows(nodes: &[Node], named: usize, links: &[(usize, usize)]) -> Vec<f64> {
    let columns = ordered(nodes, named, links);
    let pulls = pulls(links);
    let mut rows = vec![0.0; nodes.len()];
    for column in &columns {
        spread(nodes, column, &mut rows);
    }
    for _ in 0..STEPS {
        let before = rows.clone();
        for column in &columns {
            let wish = |&node: &usize| mean(node, links, &pulls, &rows).unwrap_or(rows[node]);
            let wished: Vec<f64> = column.iter().map(wish).collect();
            column.iter().zip(wished).for_each(|(&node, row)| rows[node] = row);
            spread(nodes, column, &mut rows);
        }
        if rows.iter().zip(&before).all(|(row, before)| (row - before).abs() < STILL) {
            break;
        }
    }
    rows
}

/// How strongly each link pulls: more where it is to be level, because it is there twice or
/// because its ends have no other on that side.
fn pulls(links: &[(usize, usize)]) -> Vec<f64> {
    let count = |is_like: &dyn Fn(&(usize, usize)) -> bool| {
        links.iter().filter(|other| is_like(other)).count()
    };
    let pull = |link: &(usize, usize)| {
        let is_double = count(&|other| other == link) > 1;
        let is_alone = count(&|other| other.0 == link.0 || other.1 == link.1) == 1;
        if is_double || is_alone { PULL } else { 1.0 }
    };
    links.iter().map(pull).collect()
}

/// The nodes of each column from top to bottom, so that few links cross.
fn ordered(nodes: &[Node], named: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let count = nodes.iter().map(|node| node.column + 1).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); count];
    for (i, node) in nodes.iter().enumerate() {
        columns[node.column].push(i);
    }
    let even = vec![1.0; links.len()];
    let mut best = (crossings(nodes, links, &columns), columns.clone());
    for round in 0..ROUNDS {
        let ranks = ranks(nodes.len(), &columns);
        let index = |i: usize| if round % 2 == 0 { i } else { count - 1 - i };
        for i in 0..count {
            let rank = |node: usize| mean(node, links, &even, &ranks).unwrap_or(ranks[node]);
            columns[index(i)].sort_by(|&a, &b| rank(a).total_cmp(&rank(b)));
        }
        let crossings = crossings(nodes, links, &columns);
        if crossings < best.0 {
            best = (crossings, columns.clone());
        }
    }
    // Upside down as few links cross; what was named first is to be above.
    let mut columns = best.1;
    let upside_down: Vec<Vec<usize>> =
        columns.iter().map(|column| column.iter().rev().copied().collect()).collect();
    if inversions(&upside_down, named) < inversions(&columns, named) {
        columns = upside_down;
    }
    columns
}

/// How many of the first `named` nodes stand above one that was named before them.
fn inversions(columns: &[Vec<usize>], named: usize) -> usize {
    let below = |column: &[usize]| {
        column[1..].iter().filter(|node| column[0] < named && **node < column[0]).count()
    };
    let in_column =
        |column: &Vec<usize>| (0..column.len()).map(|i| below(&column[i..])).sum::<usize>();
    columns.iter().map(in_column).sum()
}

/// The position of each node in its column, 0 in the middle.
fn ranks(count: usize, columns: &[Vec<usize>]) -> Vec<f64> {
    let mut ranks = vec![0.0; count];
    for column in columns {
        let mut rank = 0.5 - super::svg::count(column.len()) / 2.0;
        for &node in column {
            ranks[node] = rank;
            rank += 1.0;
        }
    }
    ranks
}

fn crossings(nodes: &[Node], links: &[(usize, usize)], columns: &[Vec<usize>]) -> usize {
    let ranks = ranks(nodes.len(), columns);
    let crosses = |a: &(usize, usize), b: &(usize, usize)| {
        let begin = ranks[a.0] - ranks[b.0];
        let end = ranks[a.1] - ranks[b.1];
        nodes[a.0].column == nodes[b.0].column && begin * end < 0.0
    };
    let pairs = links.iter().enumerate();
    pairs.map(|(i, a)| links[i + 1..].iter().filter(|b| crosses(a, b)).count()).sum()
}

/// The mean value of the neighbours of a node, weighted.
fn mean(node: usize, links: &[(usize, usize)], weights: &[f64], values: &[f64]) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (&(from, to), weight) in links.iter().zip(weights) {
        if from == node || to == node {
            sum += weight * values[if from == node { to } else { from }];
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// Moves the nodes of a column apart where they are too close, as far up as down.
fn spread(nodes: &[Node], column: &[usize], rows: &mut [f64]) {
    let before: f64 = column.iter().map(|&node| rows[node]).sum();
    for pair in column.windows(2) {
        let (upper, lower) = (pair[0], pair[1]);
        let least = rows[upper] + nodes[upper].below + GAP + nodes[lower].above;
        rows[lower] = rows[lower].max(least);
    }
    let after: f64 = column.iter().map(|&node| rows[node]).sum();
    let shift = (after - before) / super::svg::count(column.len().max(1));
    column.iter().for_each(|&node| rows[node] -= shift);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(column: usize) -> Node {
        Node { column, above: 20.0, below: 20.0 }
    }

    #[test]
    fn a_chain_is_level() {
        let layout = place(&[node(0), node(1), node(2)], &[(0, 1), (1, 2)]);
        assert!(layout.rows.iter().all(|row| row.abs() < 0.1), "{:?}", layout.rows);
    }

    #[test]
    fn the_branches_of_a_diamond_lie_on_both_sides() {
        let nodes = [node(0), node(1), node(1), node(2)];
        let rows = place(&nodes, &[(0, 1), (0, 2), (1, 3), (2, 3)]).rows;
        assert!((rows[1] + rows[2]).abs() < 0.1 && rows[2] - rows[1] >= 56.0, "{rows:?}");
        assert!(rows[0].abs() < 0.1 && rows[3].abs() < 0.1, "{rows:?}");
    }

    #[test]
    fn an_edge_is_level_where_it_is_alone_at_both_ends() {
        let wide = Node { column: 2, above: 20.0, below: 50.0 };
        let nodes = [node(0), node(1), node(1), wide, wide, node(3)];
        let rows = place(&nodes, &[(0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 5)]).rows;
        assert!((rows[1] - rows[3]).abs() < 1.0 && (rows[2] - rows[4]).abs() < 1.0, "{rows:?}");
    }

    #[test]
    fn what_is_named_first_is_above() {
        // y = add(x0, add(x0, x1)): the edge from x0 to the second call goes above the first one.
        let nodes = [node(0), node(0), node(2), node(4), node(1), node(3)];
        let rows = place(&nodes, &[(0, 4), (1, 4), (4, 2), (0, 5), (2, 5), (5, 3)]).rows;
        assert!(rows[0] < rows[1], "{rows:?}");
    }

    #[test]
    fn an_edge_that_passes_a_column_keeps_clear_of_its_nodes() {
        let layout = place(&[node(0), node(1), node(2)], &[(0, 1), (1, 2), (0, 2)]);
        let (column, row) = layout.bends[2][0];
        assert_eq!(column, 1);
        assert!((row - layout.rows[1]).abs() >= 26.0);
    }
}
