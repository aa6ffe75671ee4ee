//! A chart of what was measured.

use super::numbers::time;
use crate::measured::name;
use crate::pictures::svg::{Anchor, Picture, Svg, text_width};
use results::{Engine, Row};

/// Width of the scale.
const WIDTH: f64 = 300.0;
/// Its width on a phone.
const NARROW: f64 = 150.0;
/// Height of a row.
const HEIGHT: f64 = 26.0;
/// Room between two numbers of the scale.
const BETWEEN: f64 = 4.0;
/// The size of texts in a chart.
const TEXT: f64 = 13.0;

/// The times of `rows` as a picture.
pub fn draw(rows: &[&Row], workload: &str) -> Picture {
    let values = rows.iter().map(|row| format!("{} {}", name(row.engine), time(row.total_ns)));
    let values = values.collect::<Vec<_>>().join(", ");
    Picture {
        alt: format!("Time per call on {workload}, the fastest first: {values}."),
        caption: format!(
            "Time per call on {workload}, on a logarithmic scale. A line goes from the fastest round \
             to the slowest."
        ),
        drawing: dots(rows, WIDTH),
        narrow: Some(dots(rows, NARROW)),
    }
}

/// Dots on a logarithmic scale, on which a length says nothing.
fn dots(rows: &[&Row], width: f64) -> Svg {
    // The scale begins a little below the fastest round.
    let low = rows.iter().map(|row| row.min_total_ns.log10()).fold(f64::MAX, f64::min) - 0.1;
    let high = rows.iter().map(|row| row.max_total_ns.log10()).fold(low + 1.0, f64::max);
    let place = |power: f64| (power - low) / (high - low) * width;
    let mut drawing = Svg::default();
    let mut y = 0.0;
    let mut dots = Svg::default();
    for row in rows {
        let at = (place(row.total_ns.log10()), y + HEIGHT / 2.0);
        let is_own = is_own(row.engine);
        let base = at.1 + 4.5;
        drawing.line("p-grid", &[(0.0, at.1), (width, at.1)]);
        let rounds = [row.min_total_ns, row.max_total_ns].map(|ns| (place(ns.log10()), at.1));
        dots.line(if is_own { "p-rounds p-own" } else { "p-rounds" }, &rounds);
        dots.circle(if is_own { "p-dot p-own" } else { "p-dot" }, at, 5.0);
        dots.text("p-label", (-10.0, base), Anchor::End, TEXT, &name(row.engine));
        dots.text("p-value", (width + 14.0, base), Anchor::Start, TEXT, &time(row.total_ns));
        y += HEIGHT;
    }
    let mut free_from = f64::MIN;
    for power in ticks(low, high) {
        let tick = time(10_f64.powf(power)).replace(".00", "").replace(".0", "");
        let (x, half) = (place(power), text_width(&tick, TEXT) / 2.0);
        if x - half < free_from {
            continue;
        }
        free_from = x + half + BETWEEN;
        drawing.line("p-grid", &[(x, -4.0), (x, y + 4.0)]);
        drawing.text("p-note", (x, y + 20.0), Anchor::Middle, TEXT, &tick);
    }
    drawing.append(dots);
    drawing
}

/// Whether the engine is part of this project.
fn is_own(engine: Engine) -> bool {
    let name = engine.to_string();
    name.starts_with("step") || matches!(engine, Engine::Fast | Engine::Operators)
}

/// Where the scale bears numbers: at 1, 2, 5, 10, …, or at powers of ten where there are many.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let between: &[f64] = if high - low > 2.5 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let mut ticks = Vec::new();
    let mut power = low.floor();
    while power <= high {
        ticks.extend(between.iter().map(|number| power + number.log10()));
        power += 1.0;
    }
    ticks.retain(|tick| (low..=high).contains(tick));
    ticks
}
