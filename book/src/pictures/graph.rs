//! Computational graphs: variables round, functions square, values forward, gradients backward.

pub mod stage;

use super::layout::{Node, place};
use super::svg::{Anchor, Direction, Point, Svg, count, text_width};
use crate::problem::Fault;
use anyhow::{Context, Result, anyhow, bail, ensure};

/// The size of names.
const NAME: f64 = 15.0;
/// The size of values.
const VALUE: f64 = 13.0;
/// The height of a line of values.
const VALUE_LINE: f64 = 17.0;
/// Half the height of a node with one input and one output.
const RADIUS: f64 = 19.0;
/// Room between columns.
const GAP: f64 = 30.0;
/// Room between a variable and a value that stands beside it.
const BESIDE_NODE: f64 = 7.0;
/// Room between columns where gradients are drawn too.
const WIDE_GAP: f64 = 42.0;
/// How far values and gradients flow above and below the middle of an edge.
const BESIDE: f64 = 4.5;
/// An edge that would rise or fall by less is drawn level.
const LEVEL: f64 = 9.0;
/// The height of the line of generation numbers.
const HEADER: f64 = 26.0;
/// The widest drawing whose values can be read where it has to fit a phone.
const WIDEST: f64 = 405.0;

#[derive(Default)]
struct Graph {
    variables: Vec<Variable>,
    calls: Vec<Call>,
    /// Whether gradients are drawn.
    backward: bool,
    /// Whether the columns bear the numbers of their generations.
    generations: bool,
    /// Whether the arrows say who owns whom: what was made owns what it was made from.
    owners: bool,
}

#[derive(Default)]
struct Variable {
    name: String,
    value: Option<String>,
    /// What stands below the value.
    grad: Option<String>,
}

struct Call {
    /// The function, with its number if it has one: `Square#2`.
    name: String,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    /// When it was processed.
    order: Option<String>,
}

/// Draws the graph that the numbered lines describe; from top to bottom too, if it is wide.
pub fn draw(lines: &[(usize, &str)]) -> Result<(Svg, Option<Svg>), Fault> {
    let mut graph = Graph::default();
    // Arrows first, so that values and order may stand anywhere.
    let (arrows, others): (Vec<_>, Vec<_>) =
        lines.iter().partition(|(_, line)| line.contains("->"));
    for &(number, line) in arrows.iter().chain(&others) {
        graph.add_line(line).map_err(Fault::at(number))?;
    }
    let first = lines.first().map_or(0, |(number, _)| *number);
    let columns = graph.columns().map_err(Fault::at(first))?;
    let drawing = Drawing::of(&graph, &columns, Direction::Right).svg();
    let down = || Drawing::of(&graph, &columns, Direction::Down).svg();
    let narrow = (drawing.width() > WIDEST).then(down);
    Ok((drawing, narrow))
}

impl Graph {
    fn add_line(&mut self, line: &str) -> Result<()> {
        match line {
            "backward" => self.backward = true,
            "generations" => self.generations = true,
            _ if line.contains("->") => self.add_chain(line)?,
            _ => match (line.strip_prefix("order:"), line.split_once('=')) {
                (Some(order), _) => self.add_order(order)?,
                (None, Some((name, value))) => self.add_value(name.trim(), value.trim())?,
                (None, None) => bail!(
                    "`{line}` is no line of a graph: `x -> Square -> y`, `x = 2`, `x.grad = 1`, \
                     `backward`, `generations` or `order: Square 1`"
                ),
            },
        }
        Ok(())
    }

    fn add_chain(&mut self, line: &str) -> Result<()> {
        let parts: Vec<&str> = line.split("->").map(str::trim).collect();
        ensure!(
            parts.iter().all(|part| !part.is_empty()),
            "there is an arrow with nothing beside it"
        );
        ensure!(parts.len() % 2 == 1, "a line of arrows begins and ends with a variable");
        let lists: Vec<Vec<usize>> =
            parts.iter().step_by(2).map(|part| self.variables(part)).collect();
        for (i, name) in parts.iter().skip(1).step_by(2).enumerate() {
            let (inputs, outputs) = (lists[i].clone(), lists[i + 1].clone());
            let has_number = name.contains('#');
            match self.calls.iter_mut().find(|call| has_number && call.name == *name) {
                Some(call) => {
                    call.inputs.extend(inputs);
                    call.outputs.extend(outputs);
                }
                None => {
                    self.calls.push(Call { name: (*name).into(), inputs, outputs, order: None });
                }
            }
        }
        Ok(())
    }

    fn variables(&mut self, list: &str) -> Vec<usize> {
        list.split(',').map(|name| self.variable(name.trim())).collect()
    }

    fn variable(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.variables.push(Variable { name: name.into(), ..Variable::default() });
            self.variables.len() - 1
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    fn add_value(&mut self, name: &str, value: &str) -> Result<()> {
        ensure!(!value.is_empty(), "`{name} =` has no value");
        let (name, is_grad) = match name.strip_suffix(".grad") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let index =
            self.find(name).with_context(|| format!("no variable `{name}` in the graph"))?;
        let variable = &mut self.variables[index];
        if is_grad {
            variable.grad = Some(format!("grad {value}"));
        } else {
            variable.value = Some(value.into());
        }
        Ok(())
    }

    fn add_order(&mut self, list: &str) -> Result<()> {
        for entry in list.split(',') {
            let (name, number) = entry
                .trim()
                .rsplit_once(' ')
                .with_context(|| format!("`{}` is not a function and a number", entry.trim()))?;
            let name = name.trim();
            let mut calls = self.calls.iter_mut().filter(|call| call.name == name);
            let call =
                calls.next().with_context(|| format!("no function `{name}` in the graph"))?;
            ensure!(
                calls.next().is_none(),
                "`{name}` occurs twice: number it, {name}#1 and {name}#2"
            );
            call.order = Some(number.into());
        }
        Ok(())
    }

    /// The column of each variable, which is twice its generation.
    fn columns(&self) -> Result<Vec<usize>> {
        let mut columns = vec![0; self.variables.len()];
        for (i, variable) in self.variables.iter().enumerate() {
            let makers = self.calls.iter().filter(|call| call.outputs.contains(&i)).count();
            ensure!(makers < 2, "`{}` is made by two functions", variable.name);
        }
        for _ in 0..=self.calls.len() {
            let mut is_settled = true;
            for call in &self.calls {
                let column = call.inputs.iter().map(|&input| columns[input] + 2).max().unwrap_or(0);
                for &output in &call.outputs {
                    is_settled &= columns[output] == column;
                    columns[output] = column;
                }
            }
            if is_settled {
                return Ok(columns);
            }
        }
        Err(anyhow!("the graph goes round in a circle"))
    }
}

/// A graph with everything in its place, along its direction and across it. What is said of
/// columns, heights and widths is said of one that goes to the right; the other one is turned.
struct Drawing<'a> {
    graph: &'a Graph,
    direction: Direction,
    /// The variables, then the calls.
    nodes: Vec<Node>,
    widths: Vec<f64>,
    edges: Vec<Edge>,
    rows: Vec<f64>,
    /// The centre of each column.
    centres: Vec<f64>,
    /// The width of each column.
    columns: Vec<f64>,
}

struct Edge {
    from: usize,
    to: usize,
    bends: Vec<(usize, f64)>,
}

impl<'a> Drawing<'a> {
    fn of(graph: &'a Graph, variable_columns: &[usize], direction: Direction) -> Self {
        let variables = graph.variables.len();
        let ends: Vec<(usize, usize)> = graph.edges();
        let is_down = direction == Direction::Down;
        let mut nodes = Vec::new();
        let mut widths = Vec::new();
        for (i, variable) in graph.variables.iter().enumerate() {
            let name = (text_width(&variable.name, NAME) + 18.0).max(2.0 * RADIUS);
            let room = graph.room_of_variable(i);
            let above = if is_down { room.max(name / 2.0) } else { room.max(RADIUS) };
            let below = above + variable.room_of_values(direction);
            nodes.push(Node { column: variable_columns[i], above, below });
            widths.push(if is_down { 2.0 * RADIUS } else { name });
        }
        for (i, call) in graph.calls.iter().enumerate() {
            let column =
                call.inputs.iter().map(|&input| nodes[input].column + 1).max().unwrap_or(0);
            let name = text_width(label(&call.name), NAME) + 18.0;
            let room = graph.room(ends.iter().filter(|end| end.1 == variables + i).count());
            let half = room.max(if is_down { name / 2.0 } else { RADIUS });
            nodes.push(Node { column, above: half, below: half });
            widths.push(if is_down { 2.0 * RADIUS } else { name });
        }
        let layout = place(&nodes, &ends);
        let edges = ends.into_iter().zip(layout.bends);
        let edges = edges.map(|((from, to), bends)| Edge { from, to, bends }).collect();
        let columns = graph.column_widths(&nodes, &widths, direction);
        let mut x = 0.0;
        let mut centres = Vec::new();
        for width in &columns {
            centres.push(x + width / 2.0);
            x += width + graph.gap();
        }
        Drawing { graph, direction, nodes, widths, edges, rows: layout.rows, centres, columns }
    }

    fn svg(&self) -> Svg {
        let mut svg = Svg::towards(self.direction);
        if self.graph.generations {
            self.draw_generations(&mut svg);
        }
        for i in 0..self.edges.len() {
            self.draw_edge(&mut svg, i);
        }
        self.draw_nodes(&mut svg);
        for (i, variable) in self.graph.variables.iter().enumerate() {
            if let Some(grad) = &variable.grad {
                self.draw_grad(&mut svg, i, grad);
            }
        }
        svg
    }

    fn draw_nodes(&self, svg: &mut Svg) {
        for (i, variable) in self.graph.variables.iter().enumerate() {
            self.draw_variable(svg, i, variable);
        }
        for (i, call) in self.graph.calls.iter().enumerate() {
            self.draw_call(svg, self.graph.variables.len() + i, call);
        }
    }

    fn centre(&self, node: usize) -> Point {
        (self.centres[self.nodes[node].column], self.rows[node])
    }

    fn draw_variable(&self, svg: &mut Svg, node: usize, variable: &Variable) {
        let (x, y) = self.centre(node);
        let half = self.widths[node] / 2.0;
        let above = self.nodes[node].above;
        svg.rect("p-variable", (x - half, y - above), (x + half, y + above), RADIUS);
        self.draw_name(svg, node, &variable.name);
        if let Some(value) = &variable.value {
            self.draw_beside(svg, "p-value", node, 0, value);
        }
    }

    /// The gradient of a variable is written below its value, if it has one.
    fn draw_grad(&self, svg: &mut Svg, variable: usize, grad: &str) {
        let line = usize::from(self.graph.variables[variable].value.is_some());
        self.draw_beside(svg, "p-grad", variable, line, grad);
    }

    /// A line of those below a variable, or at its right side where the graph goes down.
    fn draw_beside(&self, svg: &mut Svg, class: &str, node: usize, line: usize, text: &str) {
        let (x, y) = self.direction.point(self.centre(node));
        let above = self.nodes[node].above;
        let (at, anchor) = match self.direction {
            Direction::Right => {
                ((x, y + above + count(line + 1) * VALUE_LINE - 2.0), Anchor::Middle)
            }
            Direction::Down => {
                let variable = &self.graph.variables[node];
                let lines = variable.texts().count();
                let first = y + 4.5 - (count(lines) - 1.0) * VALUE_LINE / 2.0;
                ((x + above + BESIDE_NODE, first + count(line) * VALUE_LINE), Anchor::Start)
            }
        };
        svg.text(class, at, anchor, VALUE, text);
    }

    fn draw_name(&self, svg: &mut Svg, node: usize, name: &str) {
        let (x, y) = self.direction.point(self.centre(node));
        svg.text("p-name", (x, y + 5.0), Anchor::Middle, NAME, name);
    }

    fn draw_call(&self, svg: &mut Svg, node: usize, call: &Call) {
        let (x, y) = self.centre(node);
        let (half, above) = (self.widths[node] / 2.0, self.nodes[node].above);
        svg.rect("p-function", (x - half, y - above), (x + half, y + above), 3.0);
        self.draw_name(svg, node, label(&call.name));
        if let Some(order) = &call.order {
            // At the top and at the right in either direction.
            let (corner, at) = match self.direction {
                Direction::Right => ((x + half, y - above), (x + half, y - above)),
                Direction::Down => ((x - half, y + above), (y + above, x - half)),
            };
            svg.circle("p-badge", corner, 10.0);
            svg.text("p-badge-text", (at.0, at.1 + 4.5), Anchor::Middle, VALUE, order);
        }
    }

    fn draw_edge(&self, svg: &mut Svg, index: usize) {
        self.draw_forward(svg, index);
        if self.graph.backward {
            self.draw_back(svg, index);
        }
    }

    fn draw_forward(&self, svg: &mut Svg, index: usize) {
        let shift = if self.graph.backward { -BESIDE } else { 0.0 };
        let mut path = self.path(index, shift);
        if self.graph.owners {
            path.reverse();
        }
        svg.arrow("p-edge", &path, shift);
    }

    /// The arrow against an edge, on which a gradient goes.
    fn draw_back(&self, svg: &mut Svg, index: usize) {
        let mut back = self.path(index, BESIDE);
        back.reverse();
        svg.arrow("p-back", &back, BESIDE);
    }

    /// The points that an edge goes through, shifted down.
    fn path(&self, index: usize, shift: f64) -> Vec<Point> {
        let edge = &self.edges[index];
        let (from, to) = (self.centre(edge.from), self.centre(edge.to));
        let (mut leaves, arrives) = (self.port(index, true), self.port(index, false));
        let slant = to.1 + arrives - from.1 - leaves;
        let is_free = (to.1 + arrives - from.1).abs() < self.nodes[edge.from].above - 6.0;
        if edge.bends.is_empty() && slant.abs() < LEVEL && is_free {
            leaves += slant;
        }
        let (leaves, arrives) = (leaves + shift, arrives + shift);
        let mut points = vec![(from.0 + self.reach(edge.from, leaves), from.1 + leaves)];
        points.extend(edge.bends.iter().map(|&(column, row)| (self.centres[column], row + shift)));
        points.push((to.0 - self.reach(edge.to, arrives), to.1 + arrives));
        points
    }

    /// How far a node reaches to the side at a height above or below its middle.
    fn reach(&self, node: usize, height: f64) -> f64 {
        let half = self.widths[node] / 2.0;
        if node >= self.graph.variables.len() {
            return half;
        }
        let corner = (height.abs() - (self.nodes[node].above - RADIUS)).max(0.0);
        half - RADIUS + (RADIUS * RADIUS - corner * corner).max(0.0).sqrt()
    }

    /// How far below the middle of its node an edge leaves, or arrives.
    fn port(&self, index: usize, leaves: bool) -> f64 {
        let node = |edge: &Edge| if leaves { edge.from } else { edge.to };
        // The height from which an edge comes, or to which it goes.
        let far = |edge: &Edge| {
            let bend = if leaves { edge.bends.first() } else { edge.bends.last() };
            let end = if leaves { edge.to } else { edge.from };
            bend.map_or(self.rows[end], |&(_, row)| row)
        };
        let edge = &self.edges[index];
        let mut beside: Vec<(f64, usize)> = Vec::new();
        for (i, other) in self.edges.iter().enumerate() {
            if node(other) == node(edge) {
                beside.push((far(other), i));
            }
        }
        beside.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let rank = beside.iter().position(|&(_, i)| i == index).unwrap_or(0);
        let middle = (count(beside.len()) - 1.0) / 2.0;
        let step = if leaves {
            self.graph.port_step().min(2.0 * self.nodes[node(edge)].above / count(beside.len()))
        } else {
            self.graph.port_step()
        };
        (count(rank) - middle) * step
    }

    /// Behind the columns of every other generation a band, above each its number.
    fn draw_generations(&self, svg: &mut Svg) {
        let extent =
            |i: usize| (self.rows[i] - self.nodes[i].above, self.rows[i] + self.nodes[i].below);
        let extents: Vec<(f64, f64)> = (0..self.nodes.len()).map(extent).collect();
        let header = match self.direction {
            Direction::Right => HEADER,
            Direction::Down => text_width(&generation_label(0), VALUE) + 16.0,
        };
        let top = extents.iter().map(|extent| extent.0).fold(f64::MAX, f64::min) - header;
        let bottom = extents.iter().map(|extent| extent.1).fold(f64::MIN, f64::max) + 8.0;
        let edge = |column: usize, side: f64| {
            self.centres[column] + side * (self.columns[column] / 2.0 + self.graph.gap() / 2.0)
        };
        for (generation, column) in (0..self.centres.len()).step_by(2).enumerate() {
            let last = (column + 1).min(self.centres.len() - 1);
            let (left, right) = (edge(column, -1.0), edge(last, 1.0));
            let class = if generation % 2 == 0 { "p-band" } else { "p-band p-clear" };
            svg.rect(class, (left, top - 4.0), (right, bottom), 4.0);
            let middle = f64::midpoint(left, right);
            let (at, anchor) = match self.direction {
                Direction::Right => ((middle, top + 11.0), Anchor::Middle),
                Direction::Down => ((top + 4.0, middle + 4.5), Anchor::Start),
            };
            svg.text("p-note", at, anchor, VALUE, &generation_label(generation));
        }
    }
}

impl Graph {
    /// From variables to calls and from calls to variables, which are numbered after them.
    fn edges(&self) -> Vec<(usize, usize)> {
        let mut edges = Vec::new();
        for (i, call) in self.calls.iter().enumerate() {
            let node = self.variables.len() + i;
            edges.extend(call.inputs.iter().map(|&input| (input, node)));
            edges.extend(call.outputs.iter().map(|&output| (node, output)));
        }
        edges
    }

    fn gap(&self) -> f64 {
        if self.backward { WIDE_GAP } else { GAP }
    }

    /// The distance between edges that arrive side by side.
    fn port_step(&self) -> f64 {
        if self.backward { 20.0 } else { 14.0 }
    }

    /// Half of what the edges that arrive at a call ask for.
    fn room(&self, inputs: usize) -> f64 {
        count(inputs) * self.port_step() / 2.0 + 3.0
    }

    /// Half of what the pairs of arrows ask for that leave a variable.
    fn room_of_variable(&self, variable: usize) -> f64 {
        let uses = self.calls.iter().flat_map(|call| &call.inputs);
        let uses = uses.filter(|&&input| input == variable).count();
        if self.backward { 8.0 * count(uses) } else { 0.0 }
    }

    fn column_widths(&self, nodes: &[Node], widths: &[f64], direction: Direction) -> Vec<f64> {
        let last = nodes.iter().map(|node| node.column).max().unwrap_or(0);
        let mut columns = vec![0.0_f64; last + 1];
        for (node, width) in nodes.iter().zip(widths) {
            columns[node.column] = columns[node.column].max(*width);
        }
        if direction == Direction::Down {
            return columns;
        }
        for (variable, node) in self.variables.iter().zip(nodes) {
            let widths = variable.texts().map(|text| text_width(text, VALUE) - GAP + 8.0);
            columns[node.column] = widths.fold(columns[node.column], f64::max);
        }
        if self.generations {
            // The last band has one column only, which has to hold the name of its generation.
            let width = text_width(&generation_label(last / 2), VALUE) + 20.0 - self.gap();
            columns[last] = columns[last].max(width);
        }
        columns
    }
}

impl Variable {
    /// Its value and its gradient, as far as they are written.
    fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.value, &self.grad].into_iter().flatten()
    }

    /// What they take below the variable, or at its right side.
    fn room_of_values(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Right => count(self.texts().count()) * VALUE_LINE,
            Direction::Down => {
                self.texts().map(|text| text_width(text, VALUE) + BESIDE_NODE).fold(0.0, f64::max)
            }
        }
    }
}

/// What is drawn of a function's name: not its number.
fn label(name: &str) -> &str {
    name.split_once('#').map_or(name, |(label, _)| label)
}

fn generation_label(generation: usize) -> String {
    format!("generation {generation}")
}
