//! A drawing, shape by shape. Classes give the colours, see `theme/dezero.css`.

use std::iter;

/// Width of a character of the monospaced font, in units of its size.
const CHARACTER: f64 = 0.602;

/// A point, x to the right and y down.
pub type Point = (f64, f64);

/// Where a drawing goes on from what is first: to the right, or down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    Right,
    Down,
}

impl Direction {
    /// The point that lies so far along the direction, and so far across it.
    pub fn point(self, (along, across): Point) -> Point {
        match self {
            Direction::Right => (along, across),
            Direction::Down => (across, along),
        }
    }
}

/// A picture, and what is said about it.
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// A line below it, on a page: what to see in it.
    pub caption: String,
    pub drawing: Svg,
    /// The same from top to bottom, for a screen on which `drawing` would be too small to read.
    pub narrow: Option<Svg>,
}

/// A drawing that keeps track of the room it takes. All points but those of texts are given along
/// its direction and across it.
#[derive(Default)]
pub struct Svg {
    pub direction: Direction,
    pub shapes: Vec<Shape>,
    /// The corners at the top left and at the bottom right, on the screen.
    pub bounds: Option<(Point, Point)>,
}

/// An element of a drawing.
pub struct Shape {
    pub element: &'static str,
    pub attributes: Vec<(&'static str, String)>,
    pub text: String,
}

/// Where a text stands against its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

/// A number of things, to calculate lengths with.
pub fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// The width of a text of a size.
pub fn text_width(text: &str, size: f64) -> f64 {
    count(text.chars().count()) * size * CHARACTER
}

fn slope(from: Point, to: Point) -> f64 {
    (to.1 - from.1) / (to.0 - from.0)
}

/// The slope of a line at each point: none at its ends, nor where it turns up or down.
fn slopes(points: &[Point]) -> Vec<f64> {
    let mut slopes = vec![0.0; points.len()];
    for (i, triple) in points.windows(3).enumerate() {
        let (a, b) = (slope(triple[0], triple[1]), slope(triple[1], triple[2]));
        if a * b > 0.0 {
            slopes[i + 1] = a.signum() * a.abs().min(b.abs());
        }
    }
    slopes
}

impl Svg {
    /// An empty drawing that goes on to the right or down.
    pub fn towards(direction: Direction) -> Self {
        Svg { direction, ..Svg::default() }
    }

    /// How wide it is on the screen.
    pub fn width(&self) -> f64 {
        self.bounds.map_or(0.0, |(from, to)| to.0 - from.0)
    }

    /// A rectangle by its corners.
    pub fn rect(&mut self, class: &str, from: Point, to: Point, radius: f64) {
        self.include(&[from, to]);
        let (from, to) = (self.direction.point(from), self.direction.point(to));
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        let lengths =
            [("x", from.0), ("y", from.1), ("width", width), ("height", height), ("rx", radius)];
        self.add("rect", class, lengths.map(number), "");
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, centre: Point, radius: f64) {
        let (x, y) = self.direction.point(centre);
        self.widen((x - radius, y - radius));
        self.widen((x + radius, y + radius));
        self.add("circle", class, [("cx", x), ("cy", y), ("r", radius)].map(number), "");
    }

    /// A text of a size, in one line; its point is on its base line, and on the screen.
    pub fn text(&mut self, class: &str, (x, y): Point, anchor: Anchor, size: f64, text: &str) {
        let width = text_width(text, size);
        let (name, before) = match anchor {
            Anchor::Start => ("start", 0.0),
            Anchor::Middle => ("middle", width / 2.0),
            Anchor::End => ("end", width),
        };
        self.widen((x - before, y - size));
        self.widen((x - before + width, y + 0.3 * size));
        let style = [("text-anchor", name.into()), ("font-size", size.to_string())];
        let attributes = [("x", x), ("y", y)].map(number).into_iter().chain(style);
        self.add("text", class, attributes, text);
    }

    /// A line through points, straight from one to the next.
    pub fn line(&mut self, class: &str, points: &[Point]) {
        self.include(points);
        self.add("polyline", class, [("points", self.listed(points))], "");
    }

    /// Straight lines, each from a point to another.
    pub fn segments(&mut self, class: &str, lines: &[(Point, Point)]) {
        let mut path = String::new();
        for &(from, to) in lines {
            self.include(&[from, to]);
            path += &format!("M{}L{}", self.listed(&[from]), self.listed(&[to]));
        }
        self.add("path", class, [("d", path)], "");
    }

    /// A straight arrow.
    pub fn pointer(&mut self, class: &str, from: Point, to: Point) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        if length > 0.0 {
            self.include(&[from, to]);
            self.path(
                class,
                format!("M{}", self.listed(&[from, to])),
                to,
                (dx / length, dy / length),
            );
        }
    }

    /// A smooth line with an arrow head at its end. It begins and ends along its direction. Its bends are moved
    /// aside as those of a parallel line would be, which lies `shift` above it, or below.
    pub fn arrow(&mut self, class: &str, points: &[Point], shift: f64) {
        let Some((&end, before)) = points.split_last() else { return };
        let Some(&last) = before.last() else { return };
        let sign = (end.0 - last.0).signum();
        let tip = (end.0 - 7.0 * sign, end.1);
        let slopes = slopes(points);
        let mut path = format!("M{}", self.listed(&points[..1]));
        for (i, (&from, &to)) in points.iter().zip(&points[1..]).enumerate() {
            let to = if to == end { tip } else { to };
            let bend = (to.0 - from.0) * 0.5;
            // The steepest part, in the middle, is twice as steep as the straight line.
            let steep = 2.0 * slope(from, to);
            let aside = -4.0 / 3.0 * shift * steep / steep.hypot(1.0);
            let leaves = (from.0 + bend + aside, from.1 + bend * slopes[i]);
            let arrives = (to.0 - bend + aside, to.1 - bend * slopes[i + 1]);
            path += &format!(" C{}", self.listed(&[leaves, arrives, to]));
        }
        self.include(points);
        self.path(class, path, end, (sign, 0.0));
    }

    /// An arc with an arrow head: from one point over `top`, a height, to another.
    pub fn arc(&mut self, class: &str, from: Point, top: f64, to: Point) {
        let slope = (to.0 - from.0) * 0.12;
        let (a, b) = ((from.0 + slope, top), (to.0 - slope, top));
        let direction = (to.0 - b.0, to.1 - b.1);
        let length = direction.0.hypot(direction.1).max(1.0);
        let unit = (direction.0 / length, direction.1 / length);
        let tip = (to.0 - 7.0 * unit.0, to.1 - 7.0 * unit.1);
        // A cubic curve comes three quarters of the way to its control points.
        self.include(&[(from.0, from.1 + 0.75 * (top - from.1))]);
        self.path(
            class,
            format!("M{} C{}", self.listed(&[from]), self.listed(&[a, b, tip])),
            to,
            unit,
        );
    }

    fn path(&mut self, class: &str, path: String, end: Point, (dx, dy): Point) {
        let corner =
            |side: f64| (end.0 - 9.0 * dx - 4.5 * side * dy, end.1 - 9.0 * dy + 4.5 * side * dx);
        let head = self.listed(&[end, corner(1.0), corner(-1.0)]);
        self.add("path", class, [("d", path)], "");
        self.add("polygon", &format!("{class} p-head"), [("points", head)], "");
    }

    /// Adds another drawing, on top.
    pub fn append(&mut self, other: Svg) {
        self.shapes.extend(other.shapes);
        if let Some((from, to)) = other.bounds {
            self.widen(from);
            self.widen(to);
        }
    }

    fn add(
        &mut self,
        element: &'static str,
        class: &str,
        attributes: impl IntoIterator<Item = (&'static str, String)>,
        text: &str,
    ) {
        let attributes = iter::once(("class", class.into())).chain(attributes).collect();
        self.shapes.push(Shape { element, attributes, text: text.into() });
    }

    fn include(&mut self, points: &[Point]) {
        points.iter().for_each(|&point| self.widen(self.direction.point(point)));
    }

    /// Makes room for a point of the screen.
    fn widen(&mut self, (x, y): Point) {
        let (min, max) = self.bounds.get_or_insert(((x, y), (x, y)));
        *min = (min.0.min(x), min.1.min(y));
        *max = (max.0.max(x), max.1.max(y));
    }

    fn listed(&self, points: &[Point]) -> String {
        let points = points.iter().map(|&point| self.direction.point(point));
        points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    }
}

fn number((name, value): (&'static str, f64)) -> (&'static str, String) {
    (name, format!("{value:.1}"))
}
