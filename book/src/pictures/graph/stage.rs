//! A graph that something happens on: drawn once, and what each frame of a run puts on top.

use super::{Call, Drawing, Graph, Variable};
use crate::pictures::owners::TAIL;
use crate::pictures::svg::{Direction, Point, Svg};
use traces::{Frame, Mark, Place, Trace, number};

/// The widest drawing whose values can be read in the frame of a run on a phone.
const WIDEST: f64 = 375.0;

/// The drawings of a run. They have the same bounds, so that nothing jumps.
pub struct Stage {
    /// What all frames have in common.
    pub base: Svg,
    /// What each frame adds to it.
    pub overlays: Vec<Svg>,
    /// The corners of the box of each call, on the screen.
    pub calls: Vec<(Point, Point)>,
}

impl Stage {
    /// Along its direction; from top to bottom too, if a phone would show that too small to be read.
    pub fn all(trace: &Trace) -> Result<Vec<Self>, anyhow::Error> {
        let stage = Stage::of(trace, Direction::Right)?;
        let is_wide = stage.base.width() > WIDEST;
        let narrow = is_wide.then(|| Stage::of(trace, Direction::Down)).transpose()?;
        Ok([stage].into_iter().chain(narrow).collect())
    }

    fn of(trace: &Trace, direction: Direction) -> Result<Self, anyhow::Error> {
        let graph = graph(trace);
        let drawing = Drawing::of(&graph, &graph.columns()?, direction);
        let base = drawing.base();
        let overlay =
            |(i, frame)| Svg { bounds: base.bounds, ..drawing.overlay(frame, &trace.frames[..i]) };
        let overlays = trace.frames.iter().enumerate().map(overlay).collect();
        let corners = |call| {
            let (from, to) = drawing.call_box(call, 0.0);
            (direction.point(from), direction.point(to))
        };
        let calls = (0..graph.calls.len()).map(corners).collect();
        Ok(Stage { base, overlays, calls })
    }
}

/// The graph of a run, with room for the longest mark that each variable ever bears.
fn graph(trace: &Trace) -> Graph {
    let longest = |variable: usize| {
        let marks = trace.frames.iter().filter_map(|frame| mark(frame.marks[variable]));
        marks.max_by_key(|mark| mark.chars().count())
    };
    let variables = trace.graph.variables.iter().enumerate().map(|(i, variable)| Variable {
        name: variable.name.into(),
        value: Some(number(variable.value)),
        grad: longest(i),
    });
    let calls = trace.graph.calls.iter().map(|call| Call {
        name: format!("{:?}", call.function),
        inputs: call.inputs.clone(),
        outputs: vec![call.output],
        order: None,
    });
    let places = trace.frames.iter().flat_map(|frame| &frame.waiting);
    let backward = trace.frames.iter().flat_map(|frame| &frame.marks).all(is_grad);
    Graph {
        variables: variables.collect(),
        calls: calls.collect(),
        backward,
        owners: !backward,
        generations: places.into_iter().any(|place| matches!(place.place, Place::Generation(_))),
    }
}

fn is_grad(mark: &Mark) -> bool {
    matches!(mark, Mark::Grad(_))
}

/// What is written below a variable.
fn mark(mark: Mark) -> Option<String> {
    match mark {
        Mark::Grad(grad) => grad.map(|grad| format!("grad {}", number(grad))),
        Mark::Owners(0) => Some("gone".into()),
        Mark::Owners(1) => Some("1 owner".into()),
        Mark::Owners(owners) => Some(format!("{owners} owners")),
    }
}

impl Drawing<'_> {
    /// The graph without what a run does to it, in the bounds of all of it.
    fn base(&self) -> Svg {
        let mut svg = Svg::towards(self.direction);
        if self.graph.generations {
            self.draw_generations(&mut svg);
        }
        for edge in 0..self.edges.len() {
            self.draw_forward(&mut svg, edge);
        }
        self.draw_nodes(&mut svg);
        for edge in (0..self.edges.len()).filter(|_| self.graph.owners) {
            if let Some(&owner) = self.path(edge, 0.0).last() {
                svg.circle("p-edge p-tail", owner, TAIL);
            }
        }
        let mut full = self.svg();
        (0..self.graph.calls.len()).for_each(|call| self.draw_running(&mut full, call));
        Svg { bounds: full.bounds, ..svg }
    }

    /// The marks of a frame, the call that runs with the way of its gradients, and what is gone.
    fn overlay(&self, frame: &Frame, earlier: &[Frame]) -> Svg {
        let mut svg = Svg::towards(self.direction);
        if let Some(call) = frame.running {
            self.draw_running(&mut svg, call);
        }
        for (variable, &state) in frame.marks.iter().enumerate() {
            if let Some(text) = mark(state) {
                self.draw_grad(&mut svg, variable, &text);
            }
            if state == Mark::Owners(0) {
                svg.line("p-gone", &self.stroke(variable));
            }
        }
        let is_freed = frame.marks.iter().any(|mark| !is_grad(mark));
        for call in earlier.iter().filter_map(|frame| frame.running).filter(|_| is_freed) {
            svg.line("p-gone", &self.stroke(self.graph.variables.len() + call));
        }
        svg
    }

    fn draw_running(&self, svg: &mut Svg, call: usize) {
        let (from, to) = self.call_box(call, 4.0);
        svg.rect("p-running", from, to, 6.0);
        let node = self.graph.variables.len() + call;
        for index in (0..self.edges.len()).filter(|_| self.graph.backward) {
            if self.edges[index].from == node || self.edges[index].to == node {
                self.draw_back(svg, index);
            }
        }
    }

    /// The corners of the box of a call, with some room around it.
    fn call_box(&self, call: usize, room: f64) -> (Point, Point) {
        let node = self.graph.variables.len() + call;
        let (x, y) = self.centre(node);
        let (half, above) = (self.widths[node] / 2.0 + room, self.nodes[node].above + room);
        ((x - half, y - above), (x + half, y + above))
    }

    /// A line across a node.
    fn stroke(&self, node: usize) -> [Point; 2] {
        let (x, y) = self.centre(node);
        let (half, above) = (self.widths[node] / 2.0 + 2.0, self.nodes[node].above + 2.0);
        [(x - half, y + above), (x + half, y - above)]
    }
}
