//! A drawing, written out shape by shape. Classes give the colours, see `theme/dezero.css`.

use super::count;
use crate::html::escape;
use std::fmt::Write as _;

/// Width of a character of the monospaced font, in units of its size.
const CHARACTER: f64 = 0.602;

/// Room around a drawing that has its own ground.
const MARGIN: f64 = 12.0;

/// A point, x to the right and y down.
pub type Point = (f64, f64);

/// A drawing that keeps track of the room it takes.
#[derive(Default)]
pub struct Svg {
    body: String,
    bounds: Option<(Point, Point)>,
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
    /// A rectangle by its corners.
    pub fn rect(&mut self, class: &str, from: Point, to: Point, radius: f64) {
        self.include(from);
        self.include(to);
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\"/>",
            from.0,
            from.1,
            to.0 - from.0,
            to.1 - from.1
        );
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, centre: Point, radius: f64) {
        self.include((centre.0 - radius, centre.1 - radius));
        self.include((centre.0 + radius, centre.1 + radius));
        let (x, y) = centre;
        let _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>"
        );
    }

    /// A text of a size, in one line; `at` is on its base line.
    pub fn text(&mut self, class: &str, at: Point, anchor: Anchor, size: f64, text: &str) {
        let width = text_width(text, size);
        let (name, before) = match anchor {
            Anchor::Start => ("start", 0.0),
            Anchor::Middle => ("middle", width / 2.0),
            Anchor::End => ("end", width),
        };
        self.include((at.0 - before, at.1 - size));
        self.include((at.0 - before + width, at.1 + 0.3 * size));
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{name}\" font-size=\"{size}\">{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }

    /// A line through points, straight from one to the next.
    pub fn line(&mut self, class: &str, points: &[Point]) {
        points.iter().for_each(|&point| self.include(point));
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(self.body, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    /// A smooth line with an arrow head at its end. It begins and ends level. Its bends are moved
    /// aside as those of a parallel line would be, which lies `shift` above it, or below.
    pub fn arrow(&mut self, class: &str, points: &[Point], shift: f64) {
        let Some((&end, before)) = points.split_last() else { return };
        let Some(&last) = before.last() else { return };
        let sign = (end.0 - last.0).signum();
        let tip = (end.0 - 7.0 * sign, end.1);
        let mut path = format!("M{:.1},{:.1}", points[0].0, points[0].1);
        let slopes = slopes(points);
        for (i, (&from, &to)) in points.iter().zip(&points[1..]).enumerate() {
            let to = if to == end { tip } else { to };
            let bend = (to.0 - from.0) * 0.5;
            // The steepest part, in the middle, is twice as steep as the straight line.
            let steep = 2.0 * slope(from, to);
            let aside = -4.0 / 3.0 * shift * steep / steep.hypot(1.0);
            let _ = write!(
                path,
                " C{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}",
                from.0 + bend + aside,
                from.1 + bend * slopes[i],
                to.0 - bend + aside,
                to.1 - bend * slopes[i + 1],
                to.0,
                to.1
            );
        }
        points.iter().for_each(|&point| self.include(point));
        self.path(class, &path, end, (sign, 0.0));
    }

    /// An arc with an arrow head: from one point over `top`, a height, to another.
    pub fn arc(&mut self, class: &str, from: Point, top: f64, to: Point) {
        let slope = (to.0 - from.0) * 0.12;
        let (a, b) = ((from.0 + slope, top), (to.0 - slope, top));
        let direction = (to.0 - b.0, to.1 - b.1);
        let length = direction.0.hypot(direction.1).max(1.0);
        let unit = (direction.0 / length, direction.1 / length);
        let tip = (to.0 - 7.0 * unit.0, to.1 - 7.0 * unit.1);
        let path = format!(
            "M{:.1},{:.1} C{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}",
            from.0, from.1, a.0, a.1, b.0, b.1, tip.0, tip.1
        );
        // A cubic curve comes three quarters of the way to its control points.
        self.include((from.0, from.1 + 0.75 * (top - from.1)));
        self.path(class, &path, to, unit);
    }

    fn path(&mut self, class: &str, path: &str, end: Point, (dx, dy): Point) {
        let corner =
            |side: f64| (end.0 - 9.0 * dx - 4.5 * side * dy, end.1 - 9.0 * dy + 4.5 * side * dx);
        let (a, b) = (corner(1.0), corner(-1.0));
        let _ = write!(
            self.body,
            "<path class=\"{class}\" d=\"{path}\"/><polygon class=\"{class} p-head\" \
             points=\"{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}\"/>",
            end.0, end.1, a.0, a.1, b.0, b.1
        );
    }

    /// Adds another drawing, on top.
    pub fn append(&mut self, other: &Svg) {
        self.body += &other.body;
        if let Some((from, to)) = other.bounds {
            self.include(from);
            self.include(to);
        }
    }

    fn include(&mut self, (x, y): Point) {
        let (min, max) = self.bounds.get_or_insert(((x, y), (x, y)));
        *min = (min.0.min(x), min.1.min(y));
        *max = (max.0.max(x), max.1.max(y));
    }

    /// The drawing for a page, whose style sheet has the classes. `alt` is escaped already.
    pub fn inline(&self, alt: &str) -> String {
        let (view, width, height) = self.view();
        format!(
            "<svg class=\"drawing\" role=\"img\" aria-label=\"{alt}\" viewBox=\"{view}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" style=\"--width:{width:.0}px\">{}</svg>",
            self.body
        )
    }

    /// The drawing as a file of its own, with its own style and, since nobody knows the colour of
    /// the page it will be on, its own ground. `alt` is escaped already.
    pub fn file(&self, alt: &str, style: &str) -> String {
        let mut framed = Svg::default();
        if let Some((from, to)) = self.bounds {
            let (from, to) = ((from.0 - MARGIN, from.1 - MARGIN), (to.0 + MARGIN, to.1 + MARGIN));
            framed.rect("p-ground", from, to, 8.0);
        }
        framed.append(self);
        framed.bare_file(alt, style)
    }

    fn bare_file(&self, alt: &str, style: &str) -> String {
        let (view, width, height) = self.view();
        let body = self.body.replace("><", ">\n<");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{alt}\" viewBox=\"{view}\" \
             width=\"{width:.0}\" height=\"{height:.0}\">\n<title>{alt}</title>\n<style>\n{style}</style>\n{body}\n</svg>\n"
        )
    }

    /// The view box, with a margin, its width and its height.
    fn view(&self) -> (String, f64, f64) {
        let ((left, top), (right, bottom)) = self.bounds.unwrap_or_default();
        let (width, height) = (right - left + 8.0, bottom - top + 8.0);
        (format!("{:.1} {:.1} {width:.1} {height:.1}", left - 4.0, top - 4.0), width, height)
    }
}
