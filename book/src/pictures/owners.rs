//! Who owns whom: strong references solid, weak ones dashed.

use super::svg::{Anchor, Svg, count, text_width};
use crate::problem::Fault;
use anyhow::{Context, Result, ensure};

/// The size of names.
const NAME: f64 = 15.0;
/// The size of labels.
const LABEL: f64 = 13.0;
/// Half the height of a node.
const HALF: f64 = 20.0;
/// The size of the dot at the owner's end of an arrow.
const TAIL: f64 = 4.0;
/// The least room between nodes.
const GAP: f64 = 60.0;

struct Node {
    name: String,
    is_square: bool,
}

struct Arrow {
    from: usize,
    to: usize,
    is_weak: bool,
    label: String,
}

/// Draws the nodes of the first line and the references of the others.
pub fn draw(lines: &[(usize, &str)]) -> Result<Svg, Fault> {
    let Some(((_, first), rest)) = lines.split_first() else { return Ok(Svg::default()) };
    let nodes: Vec<Node> = first.split(',').map(|name| node(name.trim())).collect();
    let mut arrows = Vec::new();
    for (number, line) in rest {
        arrows.push(arrow(line, &nodes).map_err(Fault::at(*number))?);
    }
    Ok(svg(&nodes, &arrows))
}

fn node(text: &str) -> Node {
    let square = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    Node { name: square.unwrap_or(text).into(), is_square: square.is_some() }
}

fn arrow(line: &str, nodes: &[Node]) -> Result<Arrow> {
    let (relation, label) = line.split_once(':').unwrap_or((line, ""));
    let strong = relation.split_once("=>").map(|(from, to)| (from, to, false));
    let weak = relation.split_once("~>").map(|(from, to)| (from, to, true));
    let (from, to, is_weak) =
        strong.or(weak).with_context(|| format!("`{line}` is neither `a => b` nor `a ~> b`"))?;
    let find = |name: &str| {
        let name = node(name.trim()).name;
        let found = nodes.iter().position(|node| node.name == name);
        found.with_context(|| format!("`{name}` is not among the nodes of the first line"))
    };
    let (from, to) = (find(from)?, find(to)?);
    ensure!(from != to, "`{}` cannot refer to itself here", nodes[from].name);
    Ok(Arrow { from, to, is_weak, label: label.trim().into() })
}

fn svg(nodes: &[Node], arrows: &[Arrow]) -> Svg {
    let mut svg = Svg::default();
    let places = places(nodes, arrows);
    for (node, &(left, right)) in nodes.iter().zip(&places) {
        let (class, radius) =
            if node.is_square { ("p-function", 3.0) } else { ("p-variable", HALF) };
        svg.rect(class, (left, -HALF), (right, HALF), radius);
        svg.text("p-name", (f64::midpoint(left, right), 5.0), Anchor::Middle, NAME, &node.name);
    }
    for (i, arrow) in arrows.iter().enumerate() {
        let earlier =
            arrows[..i].iter().filter(|other| (other.from, other.to) == (arrow.from, arrow.to));
        draw_arrow(&mut svg, arrow, arrows, &places, count(earlier.count()));
    }
    svg
}

/// The left and the right end of each node.
fn places(nodes: &[Node], arrows: &[Arrow]) -> Vec<(f64, f64)> {
    let mut places = Vec::new();
    let mut x = 0.0;
    for (i, node) in nodes.iter().enumerate() {
        let width = (text_width(&node.name, NAME) + 22.0).max(2.0 * HALF);
        places.push((x, x + width));
        let between = arrows
            .iter()
            .filter(|arrow| arrow.from.min(arrow.to) == i && arrow.from.abs_diff(arrow.to) == 1);
        let labels = between.map(|arrow| text_width(&arrow.label, LABEL) + 24.0);
        x += width + labels.fold(GAP, f64::max);
    }
    places
}

fn draw_arrow(svg: &mut Svg, arrow: &Arrow, all: &[Arrow], places: &[(f64, f64)], earlier: f64) {
    let class = if arrow.is_weak { "p-weak" } else { "p-edge" };
    let is_forward = arrow.to > arrow.from;
    let distance = arrow.from.abs_diff(arrow.to);
    let ends = |arrow: &Arrow| (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
    let is_only = all.iter().filter(|other| ends(other) == ends(arrow)).count() == 1;
    let (from, to) = (places[arrow.from], places[arrow.to]);
    if distance == 1 && is_only {
        let (start, end) = if is_forward { (from.1, to.0) } else { (from.0, to.1) };
        svg.arrow(class, &[(start, 0.0), (end, 0.0)], 0.0);
        svg.circle(&format!("{class} p-tail"), (start, 0.0), TAIL);
        svg.text("p-note", (f64::midpoint(start, end), -8.0), Anchor::Middle, LABEL, &arrow.label);
        return;
    }
    // To the right above the nodes, to the left below them; longer ones further out.
    let side = if is_forward { -1.0 } else { 1.0 };
    let height = 26.0 * count(distance) + 24.0 * earlier + 18.0;
    let inset = |(left, right): (f64, f64)| 0.3 * (right - left);
    let (start, end) = if is_forward {
        (from.1 - inset(from), to.0 + inset(to))
    } else {
        (from.0 + inset(from), to.1 - inset(to))
    };
    let top = side * (HALF + height);
    svg.arc(class, (start, side * HALF), top, (end, side * HALF));
    svg.circle(&format!("{class} p-tail"), (start, side * HALF), TAIL);
    let peak = side * (HALF + 0.75 * height);
    let base = if is_forward { peak - 6.0 } else { peak + 15.0 };
    svg.text("p-note", (f64::midpoint(start, end), base), Anchor::Middle, LABEL, &arrow.label);
}
