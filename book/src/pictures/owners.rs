//! Who owns whom: strong references solid, weak ones dashed.

use super::svg::{Anchor, Direction, Point, Svg, count, text_width};
use crate::problem::Fault;
use anyhow::{Context, Result, ensure};

/// The size of names.
const NAME: f64 = 15.0;
/// The size of labels.
const LABEL: f64 = 13.0;
/// Half the height of a node.
const HALF: f64 = 20.0;
/// The size of the dot at the owner's end of an arrow.
pub const TAIL: f64 = 4.0;
/// The least room between nodes.
const GAP: f64 = 60.0;
/// The same where they lie one below the other.
const GAP_DOWN: f64 = 44.0;
/// The widest drawing whose labels can be read where it has to fit a phone.
const WIDEST: f64 = 405.0;

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

/// Draws the nodes of the first line and the references of the others; from top to bottom too, if
/// the drawing is wide.
pub fn draw(lines: &[(usize, &str)]) -> Result<(Svg, Option<Svg>), Fault> {
    let Some(((_, first), rest)) = lines.split_first() else { return Ok((Svg::default(), None)) };
    let nodes: Vec<Node> = first.split(',').map(|name| node(name.trim())).collect();
    let mut arrows = Vec::new();
    for (number, line) in rest {
        arrows.push(arrow(line, &nodes).map_err(Fault::at(*number))?);
    }
    let drawing = svg(&nodes, &arrows, Direction::Right);
    let narrow = (drawing.width() > WIDEST).then(|| svg(&nodes, &arrows, Direction::Down));
    Ok((drawing, narrow))
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

fn svg(nodes: &[Node], arrows: &[Arrow], direction: Direction) -> Svg {
    let mut svg = Svg::towards(direction);
    let places = places(nodes, arrows, direction);
    for (node, place) in nodes.iter().zip(&places) {
        let (class, radius) =
            if node.is_square { ("p-function", 3.0) } else { ("p-variable", HALF) };
        svg.rect(class, (place.start, -place.half), (place.end, place.half), radius);
        let (x, y) = direction.point((f64::midpoint(place.start, place.end), 0.0));
        svg.text("p-name", (x, y + 5.0), Anchor::Middle, NAME, &node.name);
    }
    for (i, arrow) in arrows.iter().enumerate() {
        let earlier =
            arrows[..i].iter().filter(|other| (other.from, other.to) == (arrow.from, arrow.to));
        draw_arrow(&mut svg, arrow, arrows, &places, count(earlier.count()));
    }
    svg
}

/// Where a node lies.
#[derive(Clone, Copy)]
struct Place {
    /// Where it begins and ends along the direction.
    start: f64,
    end: f64,
    /// How far it reaches to both sides of it.
    half: f64,
}

/// The place of each node, one after the other.
fn places(nodes: &[Node], arrows: &[Arrow], direction: Direction) -> Vec<Place> {
    let mut places = Vec::new();
    let mut start = 0.0;
    for (i, node) in nodes.iter().enumerate() {
        let width = (text_width(&node.name, NAME) + 22.0).max(2.0 * HALF);
        let (length, half, gap) = match direction {
            Direction::Right => (width, HALF, room_for_labels(arrows, i)),
            Direction::Down => (2.0 * HALF, width / 2.0, GAP_DOWN),
        };
        places.push(Place { start, end: start + length, half });
        start += length + gap;
    }
    places
}

/// Room for what is written above the arrows between a node and the next one.
fn room_for_labels(arrows: &[Arrow], node: usize) -> f64 {
    let is_between =
        |arrow: &&Arrow| arrow.from.min(arrow.to) == node && arrow.from.abs_diff(arrow.to) == 1;
    let labels = arrows.iter().filter(is_between);
    labels.map(|arrow| text_width(&arrow.label, LABEL) + 24.0).fold(GAP, f64::max)
}

fn draw_arrow(svg: &mut Svg, arrow: &Arrow, all: &[Arrow], places: &[Place], earlier: f64) {
    let class = if arrow.is_weak { "p-weak" } else { "p-edge" };
    let is_forward = arrow.to > arrow.from;
    let distance = arrow.from.abs_diff(arrow.to);
    let ends = |arrow: &Arrow| (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
    let is_only = all.iter().filter(|other| ends(other) == ends(arrow)).count() == 1;
    let (from, to) = (places[arrow.from], places[arrow.to]);
    if distance == 1 && is_only {
        let (start, end) = if is_forward { (from.end, to.start) } else { (from.start, to.end) };
        svg.arrow(class, &[(start, 0.0), (end, 0.0)], 0.0);
        svg.circle(&format!("{class} p-tail"), (start, 0.0), TAIL);
        // Above it, or at its right side.
        let side = if svg.direction == Direction::Down { 1.0 } else { -1.0 };
        write(svg, (f64::midpoint(start, end), 0.0), side, &arrow.label);
        return;
    }
    // To the right above the nodes, to the left below them; longer ones further out.
    let side = if is_forward { -1.0 } else { 1.0 };
    let height = 26.0 * count(distance) + 24.0 * earlier + 18.0;
    let inset = |place: Place| 0.3 * (place.end - place.start);
    let (start, end) = if is_forward {
        (from.end - inset(from), to.start + inset(to))
    } else {
        (from.start + inset(from), to.end - inset(to))
    };
    let (first, last) = ends(arrow);
    let half = places[first..=last].iter().map(|place| place.half).fold(0.0, f64::max);
    svg.arc(class, (start, side * from.half), side * (half + height), (end, side * to.half));
    svg.circle(&format!("{class} p-tail"), (start, side * from.half), TAIL);
    let peak = side * (half + 0.75 * height);
    write(svg, (f64::midpoint(start, end), peak), side, &arrow.label);
}

/// A label beside a point of an arrow, on the side of what comes first across it, or on the other.
fn write(svg: &mut Svg, point: Point, side: f64, label: &str) {
    let (x, y) = svg.direction.point(point);
    let (at, anchor) = match svg.direction {
        Direction::Right => ((x, if side < 0.0 { y - 7.0 } else { y + 15.0 }), Anchor::Middle),
        Direction::Down if side < 0.0 => ((x - 8.0, y + 4.5), Anchor::End),
        Direction::Down => ((x + 8.0, y + 4.5), Anchor::Start),
    };
    svg.text("p-note", at, anchor, LABEL, label);
}
