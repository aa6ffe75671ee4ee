//! `{{plot step24 matyas}}`: a function of two variables from above, computed with step 24 at build
//! time: contour lines, and arrows along the gradient, or the way down.

use crate::content::Content;
use crate::pictures::svg::{Anchor, Picture, Point, Svg};
use crate::steps::Steps;
use anyhow::{Context, Result, ensure};
use ndarray::{Array2, ArrayD};
use step24::{Variable, no_grad};

/// How many points the contour lines are computed from, in each direction.
const GRID: usize = 81;

/// How many arrows there are in each direction, counting those on the frame, which are not drawn.
const ARROWS: usize = 9;

/// The length of a side.
const SIDE: f64 = 300.0;

/// The steps down, as in the session.
const STEPS: usize = 999;

/// Where a point is drawn, and a value there.
type Height = (Point, f64);

/// A function of two variables, and what of it is drawn.
struct Surface {
    name: &'static str,
    title: &'static str,
    z: fn(&Variable, &Variable) -> Variable,
    /// The lowest and the highest x, then y.
    x: (f64, f64),
    y: (f64, f64),
    levels: &'static [f64],
}

const SURFACES: [Surface; 4] = [
    Surface {
        name: "sphere",
        title: "Sphere",
        z: |x, y| x.powi(2) + y.powi(2),
        x: (-1.5, 1.5),
        y: (-1.5, 1.5),
        levels: &[0.125, 0.5, 1.125, 2.0, 3.125],
    },
    Surface {
        name: "matyas",
        title: "Matyas",
        z: |x, y| 0.26 * (x.powi(2) + y.powi(2)) - 0.48 * x * y,
        x: (-1.5, 1.5),
        y: (-1.5, 1.5),
        levels: &[0.0125, 0.05, 0.125, 0.25, 0.5, 1.0],
    },
    Surface {
        name: "goldstein-price",
        title: "Goldstein–Price",
        z: |x, y| {
            let a = 19.0 - 14.0 * x + 3.0 * x.powi(2) - 14.0 * y + 6.0 * x * y + 3.0 * y.powi(2);
            let b = 18.0 - 32.0 * x + 12.0 * x.powi(2) + 48.0 * y - 36.0 * x * y + 27.0 * y.powi(2);
            (1.0 + (x + y + 1.0).powi(2) * a) * (30.0 + (2.0 * x - 3.0 * y).powi(2) * b)
        },
        x: (-1.5, 1.5),
        y: (-2.0, 1.0),
        levels: &[10.0, 50.0, 200.0, 1000.0, 5000.0, 20000.0],
    },
    Surface {
        name: "rosenbrock",
        title: "Rosenbrock",
        z: |x, y| 100.0 * (y - x.powi(2)).powi(2) + (x - 1.0).powi(2),
        x: (-1.5, 1.5),
        y: (-0.6, 2.4),
        levels: &[1.0, 8.0, 40.0, 150.0, 400.0],
    },
];

/// The plot of the function that `name` names.
pub fn resolve(name: &str, steps: &Steps) -> Result<Content> {
    let names = SURFACES.map(|surface| surface.name).join(", ");
    let surface = SURFACES.iter().find(|surface| surface.name == name);
    let surface =
        surface.with_context(|| format!("step24 has no plot `{name}`; it has: {names}"))?;
    let mut drawing = Svg::default();
    surface.frame(&mut drawing);
    let heights = surface.heights();
    for &level in surface.levels {
        drawing.segments("p-contour", &contour(&heights, level));
    }
    let caption = if name == "rosenbrock" {
        surface.descent(&mut drawing, &steps.named("step24")?.output()?)?
    } else {
        surface.arrows(&mut drawing);
        format!(
            "{}: contour lines, and arrows along the gradient, which leads uphill.",
            surface.title
        )
    };
    let alt = format!("The {} function from above. {caption}", surface.title);
    Ok(Content::Picture(Picture { alt, caption, drawing, narrow: None }))
}

impl Surface {
    /// Where a point of the plane is drawn.
    fn place(&self, (x, y): Point) -> Point {
        let part = |value: f64, (low, high): (f64, f64)| (value - low) / (high - low);
        (part(x, self.x) * SIDE, SIDE - part(y, self.y) * SIDE)
    }

    fn frame(&self, drawing: &mut Svg) {
        drawing.rect("p-frame", (0.0, 0.0), (SIDE, SIDE), 0.0);
        for (x, y, anchor) in
            [(self.x.0, self.y.0, Anchor::Start), (self.x.1, self.y.0, Anchor::End)]
        {
            let at = self.place((x, y));
            drawing.text("p-note", (at.0, at.1 + 16.0), anchor, 13.0, &format!("{x}"));
        }
        for y in [self.y.0, self.y.1] {
            let at = self.place((self.x.0, y));
            let down = if y > self.y.0 { 12.0 } else { 0.0 };
            drawing.text("p-note", (-6.0, at.1 + down), Anchor::End, 13.0, &format!("{y}"));
        }
        drawing.text("p-name", (SIDE / 2.0, SIDE + 16.0), Anchor::Middle, 13.0, "x");
        drawing.text("p-name", (-10.0, SIDE / 2.0), Anchor::End, 13.0, "y");
    }

    /// The places of a grid of `count` points in each direction, from corner to corner.
    fn grid(&self, count: usize) -> (Variable, Variable) {
        let at = |i: usize, (low, high): (f64, f64)| {
            let steps = f64::from(u32::try_from(count - 1).unwrap_or(1));
            low + (high - low) * f64::from(u32::try_from(i).unwrap_or(0)) / steps
        };
        let x = Array2::from_shape_fn((count, count), |(_, column)| at(column, self.x));
        let y = Array2::from_shape_fn((count, count), |(row, _)| at(row, self.y));
        (Variable::new(x), Variable::new(y))
    }

    /// The places of a grid, row by row, each with the root of the value there. No function here is
    /// below 0, and the roots rise more evenly.
    fn heights(&self) -> Vec<Height> {
        let (x, y) = self.grid(GRID);
        let z = no_grad(|| (self.z)(&x, &y));
        let places = x.data.iter().zip(&y.data).map(|(&x, &y)| self.place((x, y)));
        places.zip(z.data.iter().map(|z| z.sqrt())).collect()
    }

    /// One backward for all arrows: the functions work element by element.
    fn arrows(&self, drawing: &mut Svg) {
        let (x, y) = self.grid(ARROWS);
        (self.z)(&x, &y).backward();
        let grad = |v: &Variable| v.grad().unwrap_or_else(|| ArrayD::zeros(v.shape()));
        let (dx, dy) = (grad(&x), grad(&y));
        let length = |(dx, dy): (&f64, &f64)| dx.hypot(*dy);
        let longest = dx.iter().zip(&dy).map(length).fold(0.0, f64::max);
        for (((x, y), dx), dy) in x.data.iter().zip(&y.data).zip(&dx).zip(&dy) {
            let from = self.place((*x, *y));
            if from.0.min(from.1) < 1.0 || from.0.max(from.1) > SIDE - 1.0 {
                continue;
            }
            // The root of the length, so that those near the lowest point can be seen.
            let scale = 34.0 / (longest * dx.hypot(*dy)).sqrt().max(f64::MIN_POSITIVE);
            let to = (from.0 + scale * dx, from.1 - scale * dy);
            drawing.pointer("p-back", from, to);
        }
    }

    /// The way down, which has to end where the session of step 24 ends.
    fn descent(&self, drawing: &mut Svg, output: &str) -> Result<String> {
        let mut way = vec![(0.0, 2.0)];
        let (mut x, mut y) = way[0];
        for _ in 0..STEPS {
            let [at_x, at_y] = [x, y].map(Variable::from);
            (self.z)(&at_x, &at_y).backward();
            let grad = |v: &Variable| v.grad().map_or(0.0, |grad| grad[[]]);
            x -= 0.001 * grad(&at_x);
            y -= 0.001 * grad(&at_y);
            way.push((x, y));
        }
        let end = format!("({x}, {y})");
        ensure!(output.contains(&end), "the way down ends at {end}, that of step24 does not");
        let points: Vec<Point> = way.iter().map(|&at| self.place(at)).collect();
        drawing.line("p-back", &points);
        for (at, name) in [(way[0], "start"), ((x, y), "after 999 steps"), ((1.0, 1.0), "lowest")] {
            let at = self.place(at);
            drawing.circle("p-back p-head", at, 3.0);
            drawing.text("p-note", (at.0 + 8.0, at.1 + 4.0), Anchor::Start, 13.0, name);
        }
        Ok(format!(
            "Rosenbrock's valley, and {STEPS} steps of a thousandth of the gradient down from (0, 2)."
        ))
    }
}

/// The pieces of the line along which a function has a value: one at most through a triangle of
/// three neighbours, of which one is on the other side than the two others.
fn contour(heights: &[Height], level: f64) -> Vec<(Point, Point)> {
    let against_level = |(place, height): Height| (place, height - level.sqrt());
    let rows: Vec<&[Height]> = heights.chunks(GRID).collect();
    let mut pieces = Vec::new();
    for rows in rows.windows(2) {
        for (row, next) in rows[0].windows(2).zip(rows[1].windows(2)) {
            let [a, b, c, d] = [row[0], row[1], next[0], next[1]].map(against_level);
            pieces.extend([[a, b, c], [b, c, d]].into_iter().filter_map(crossing));
        }
    }
    pieces
}

/// Where the value passes 0 on two sides of a triangle.
fn crossing(corners: [Height; 3]) -> Option<(Point, Point)> {
    let on = |(from, a): Height, (to, b): Height| {
        let part = a / (a - b);
        ((a < 0.0) != (b < 0.0))
            .then_some((from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1)))
    };
    let [a, b, c] = corners;
    let mut points = [on(a, b), on(b, c), on(c, a)].into_iter().flatten();
    Some((points.next()?, points.next()?))
}
