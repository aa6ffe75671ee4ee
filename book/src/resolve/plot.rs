//! `{{plot step04}}`: the error of numerical differentiation, measured with step 04 at build time.

use super::surface;
use crate::content::Content;
use crate::pictures::svg::{Anchor, Picture, Point, Svg};
use crate::steps::Steps;
use anyhow::{Result, bail};
use ndarray::arr0;
use step04::{Function, Square, Variable, numerical_diff};

/// Exponents of ten on the axes: of eps to the right, of the error upwards.
const EPS: (i32, i32) = (-12, -1);
const ERROR: (i32, i32) = (-12, 2);
/// Width and height of one power of ten.
const UNIT: (f64, f64) = (34.0, 20.0);
/// Its width on a phone.
const NARROW: f64 = 22.0;

/// The plot that `arguments` name: of a step, and where it has several, which.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    match arguments.split_once(' ') {
        None if arguments == "step04" => Ok(Content::Picture(picture())),
        Some(("step24", name)) => surface::resolve(name, steps),
        _ => bail!("there is a plot of step04, and several of step24, not of `{arguments}`"),
    }
}

fn picture() -> Picture {
    let points = measure();
    let (eps, error, _) = best(&points, |point| point.1);
    let (forward_eps, _, forward_error) = best(&points, |point| point.2);
    Picture {
        alt: format!(
            "Error of the derivative of x⁴ at 2 against eps, both axes logarithmic. From the right, \
             both curves fall with eps, the central one twice as steeply: truncation. Then both \
             rise again towards small eps, with scatter: cancellation. The central difference is \
             best at eps = {eps:.0e} with an error of {error:.0e}, the forward one at \
             {forward_eps:.0e} with {forward_error:.0e}. A line marks eps = 1e-4."
        ),
        caption:
            "The error of the central and of the forward difference for x⁴ at x = 2, measured \
                  with step 04. To the right truncation, to the left cancellation."
                .into(),
        drawing: draw(&points, UNIT.0),
        narrow: Some(draw(&points, NARROW)),
    }
}

fn draw(points: &[(f64, f64, f64)], unit: f64) -> Svg {
    let mut drawing = Svg::default();
    axes(&mut drawing, unit);
    let place = |eps, error| place(eps, error, unit);
    let central: Vec<Point> = points.iter().map(|&(eps, central, _)| place(eps, central)).collect();
    let forward: Vec<Point> = points.iter().map(|&(eps, _, forward)| place(eps, forward)).collect();
    marks(&mut drawing, unit);
    let (eps, error, _) = best(points, |point| point.1);
    causes(&mut drawing, place(eps, error).0);
    drawing.line("p-back", &forward);
    drawing.line("p-edge", &central);
    forward.iter().for_each(|&at| drawing.circle("p-back p-head", at, 2.2));
    central.iter().for_each(|&at| drawing.circle("p-edge p-head", at, 2.2));
    let beside = |points: &[Point]| (right(unit) + 8.0, last(points).1 + 4.0);
    drawing.text("p-note", beside(&central), Anchor::Start, 13.0, "central");
    drawing.text("p-grad", beside(&forward), Anchor::Start, 13.0, "forward");
    drawing
}

/// The words for the two causes of an error, to both sides of where they are equal.
fn causes(drawing: &mut Svg, x: f64) {
    let base = -f64::from(ERROR.0) * UNIT.1 - 8.0;
    drawing.text("p-note", (x - 10.0, base), Anchor::End, 13.0, "← cancellation");
    drawing.text("p-note", (x + 10.0, base), Anchor::Start, 13.0, "truncation →");
}

/// The eps of the chapter.
fn marks(drawing: &mut Svg, unit: f64) {
    let (low, high) = (f64::from(ERROR.0), f64::from(ERROR.1));
    let x = (-4.0 - f64::from(EPS.0)) * unit;
    drawing.line("p-mark", &[(x, -high * UNIT.1), (x, -low * UNIT.1)]);
    let top = -high * UNIT.1 - 6.0;
    drawing.text("p-note", (x, top), Anchor::Middle, 13.0, "eps = 1e-4");
}

/// The point whose error, by `of`, is the smallest; an error of zero is luck.
fn best(points: &[(f64, f64, f64)], of: impl Fn(&(f64, f64, f64)) -> f64) -> (f64, f64, f64) {
    let measured = points.iter().filter(|point| of(point) > 0.0);
    measured.min_by(|a, b| of(a).total_cmp(&of(b))).copied().unwrap_or_default()
}

/// For each eps: the error of the central and of the forward difference. An error of zero, which
/// has no logarithm, is drawn at the bottom.
fn measure() -> Vec<(f64, f64, f64)> {
    let fourth_power = |x: &Variable| Square.call(&Square.call(x));
    let x = Variable::new(arr0(2.0));
    let y = fourth_power(&x).data.sum();
    let quarters = EPS.0 * 4..=EPS.1 * 4;
    let at = |quarter: i32| {
        let eps = 10_f64.powf(f64::from(quarter) / 4.0);
        let central = numerical_diff(fourth_power, &x, eps).sum();
        let forward = (fourth_power(&Variable::new(&x.data + eps)).data.sum() - y) / eps;
        (eps, (central - 32.0).abs(), (forward - 32.0).abs())
    };
    quarters.map(at).collect()
}

fn axes(drawing: &mut Svg, unit: f64) {
    let (low, high) = (f64::from(ERROR.0), f64::from(ERROR.1));
    let bottom = high * -UNIT.1 + (high - low) * UNIT.1;
    for power in (EPS.0..=EPS.1).rev().step_by(2) {
        let x = f64::from(power - EPS.0) * unit;
        drawing.line("p-grid", &[(x, -high * UNIT.1), (x, bottom)]);
        drawing.text("p-note", (x, bottom + 18.0), Anchor::Middle, 13.0, &format!("1e{power}"));
    }
    for power in (ERROR.0..=ERROR.1).step_by(2) {
        let y = -f64::from(power) * UNIT.1;
        drawing.line("p-grid", &[(0.0, y), (right(unit), y)]);
        drawing.text("p-note", (-8.0, y + 4.0), Anchor::End, 13.0, &format!("1e{power}"));
    }
    drawing.text("p-note", (right(unit) / 2.0, bottom + 38.0), Anchor::Middle, 13.0, "eps");
    drawing.text("p-note", (-8.0, -high * UNIT.1 - 14.0), Anchor::End, 13.0, "error");
}

fn right(unit: f64) -> f64 {
    f64::from(EPS.1 - EPS.0) * unit
}

fn place(eps: f64, error: f64, unit: f64) -> Point {
    let error = error.log10().max(f64::from(ERROR.0));
    ((eps.log10() - f64::from(EPS.0)) * unit, -error * UNIT.1)
}

fn last(points: &[Point]) -> Point {
    points.last().copied().unwrap_or_default()
}
