//! A drawing as a list of shapes that keeps track of the room it takes. Classes give the colours,
//! see `theme/dezero.css`.

/// Width of a character of the monospaced font, in units of its size.
const CHARACTER: f64 = 0.602;

/// A point, x to the right and y down.
pub type Point = (f64, f64);

/// A picture, and what is said about it.
#[derive(Debug)]
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// A line below it; may be empty.
    pub caption: String,
    pub drawing: Drawing,
}

#[derive(Debug, Default)]
pub struct Drawing {
    pub shapes: Vec<Shape>,
    /// The corners at the top left and at the bottom right; none while there is no shape.
    pub bounds: Option<(Point, Point)>,
}

#[derive(Debug)]
pub struct Shape {
    pub class: &'static str,
    pub form: Form,
}

#[derive(Debug)]
pub enum Form {
    Rect {
        corner: Point,
        size: Point,
        radius: f64,
    },
    Circle {
        centre: Point,
        radius: f64,
    },
    Text {
        at: Point,
        anchor: Anchor,
        size: f64,
        text: String,
    },
    Line(Vec<Point>),
    /// Bends from a start, each by two control points and its end, with a head at the end.
    Arrow {
        start: Point,
        bends: Vec<[Point; 3]>,
        head: [Point; 3],
    },
}

/// Where a text stands against its point.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

/// A number of things as a length.
pub fn length(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// The width of a text of a size.
pub fn text_width(text: &str, size: f64) -> f64 {
    length(text.chars().count()) * size * CHARACTER
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

impl Drawing {
    /// A rectangle by its corners.
    pub fn rect(&mut self, class: &'static str, from: Point, to: Point, radius: f64) {
        self.include(&[from, to]);
        let size = (to.0 - from.0, to.1 - from.1);
        self.add(class, Form::Rect { corner: from, size, radius });
    }

    /// A circle.
    pub fn circle(&mut self, class: &'static str, centre: Point, radius: f64) {
        let (x, y) = centre;
        self.include(&[(x - radius, y - radius), (x + radius, y + radius)]);
        self.add(class, Form::Circle { centre, radius });
    }

    /// A text of a size, in one line; `at` is on its base line.
    pub fn text(&mut self, class: &'static str, at: Point, anchor: Anchor, size: f64, text: &str) {
        let width = text_width(text, size);
        let before = match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        self.include(&[(at.0 - before, at.1 - size), (at.0 - before + width, at.1 + 0.3 * size)]);
        self.add(class, Form::Text { at, anchor, size, text: text.into() });
    }

    /// A line through points, straight from one to the next.
    pub fn line(&mut self, class: &'static str, points: &[Point]) {
        self.include(points);
        self.add(class, Form::Line(points.to_vec()));
    }

    /// A smooth line with an arrow head at its end. It begins and ends level. Its bends are moved
    /// aside as those of a parallel line would be, which lies `shift` above it, or below.
    pub fn arrow(&mut self, class: &'static str, points: &[Point], shift: f64) {
        let Some((&end, before)) = points.split_last() else { return };
        let Some(&last) = before.last() else { return };
        let sign = (end.0 - last.0).signum();
        let tip = (end.0 - 7.0 * sign, end.1);
        let slopes = slopes(points);
        let bend = |(i, (&from, &to)): (usize, (&Point, &Point))| {
            let to = if to == end { tip } else { to };
            let bend = (to.0 - from.0) * 0.5;
            // The steepest part, in the middle, is twice as steep as the straight line.
            let steep = 2.0 * slope(from, to);
            let aside = -4.0 / 3.0 * shift * steep / steep.hypot(1.0);
            let leaves = (from.0 + bend + aside, from.1 + bend * slopes[i]);
            [leaves, (to.0 - bend + aside, to.1 - bend * slopes[i + 1]), to]
        };
        let bends = points.iter().zip(&points[1..]).enumerate().map(bend).collect();
        self.include(points);
        let head = head(end, (sign, 0.0));
        self.add(class, Form::Arrow { start: points[0], bends, head });
    }

    /// An arc with an arrow head: from one point over `top`, a height, to another.
    pub fn arc(&mut self, class: &'static str, from: Point, top: f64, to: Point) {
        let slope = (to.0 - from.0) * 0.12;
        let (a, b) = ((from.0 + slope, top), (to.0 - slope, top));
        let direction = (to.0 - b.0, to.1 - b.1);
        let length = direction.0.hypot(direction.1).max(1.0);
        let unit = (direction.0 / length, direction.1 / length);
        let tip = (to.0 - 7.0 * unit.0, to.1 - 7.0 * unit.1);
        // A cubic curve comes three quarters of the way to its control points.
        self.include(&[(from.0, from.1 + 0.75 * (top - from.1))]);
        let head = head(to, unit);
        self.add(class, Form::Arrow { start: from, bends: vec![[a, b, tip]], head });
    }

    /// Adds another drawing, on top.
    pub fn append(&mut self, other: Drawing) {
        self.shapes.extend(other.shapes);
        other.bounds.iter().for_each(|&(from, to)| self.include(&[from, to]));
    }

    fn add(&mut self, class: &'static str, form: Form) {
        self.shapes.push(Shape { class, form });
    }

    fn include(&mut self, points: &[Point]) {
        for &(x, y) in points {
            let (min, max) = self.bounds.get_or_insert(((x, y), (x, y)));
            *min = (min.0.min(x), min.1.min(y));
            *max = (max.0.max(x), max.1.max(y));
        }
    }
}

/// The corners of an arrow head that ends at a point and looks in a direction.
fn head(end: Point, (dx, dy): Point) -> [Point; 3] {
    let corner =
        |side: f64| (end.0 - 9.0 * dx - 4.5 * side * dy, end.1 - 9.0 * dy + 4.5 * side * dx);
    [end, corner(1.0), corner(-1.0)]
}
