//! A chart of what was measured.

use super::numbers::time;
use crate::measured::name;
use crate::pictures::svg::{Anchor, Picture, Svg};
use results::Row;

/// Width of the longest bar.
const WIDTH: f64 = 300.0;
/// Height of a bar with the room around it.
const HEIGHT: f64 = 26.0;
/// The size of texts in a chart.
const TEXT: f64 = 13.0;

/// Bars on a logarithmic scale.
pub fn draw(rows: &[&Row], workload: &str) -> Picture {
    let totals = || rows.iter().map(|row| row.total_ns.log10());
    // The scale begins a little below the fastest, so that its bar can be seen.
    let low = totals().fold(f64::MAX, f64::min) - 0.3;
    let high = totals().fold(low + 1.0, f64::max);
    let place = |power: f64| (power - low) / (high - low) * WIDTH;
    let mut drawing = Svg::default();
    let mut y = 0.0;
    let mut bars = Svg::default();
    for row in rows {
        let end = place(row.total_ns.log10());
        let class =
            if row.engine.to_string().starts_with("step") { "p-bar p-own" } else { "p-bar" };
        bars.rect(class, (0.0, y + 3.0), (end, y + HEIGHT - 3.0), 2.0);
        let base = y + HEIGHT / 2.0 + 4.5;
        bars.text("p-label", (-8.0, base), Anchor::End, TEXT, &name(row.engine));
        bars.text("p-number", (end + 6.0, base), Anchor::Start, TEXT, &time(row.total_ns));
        y += HEIGHT;
    }
    for power in ticks(low, high) {
        drawing.line("p-grid", &[(place(power), -4.0), (place(power), y + 4.0)]);
        let at = (place(power), y + 20.0);
        let tick = time(10_f64.powf(power)).replace(".00", "").replace(".0", "");
        drawing.text("p-note", at, Anchor::Middle, TEXT, &tick);
    }
    drawing.append(bars);
    let values = rows.iter().map(|row| format!("{} {}", name(row.engine), time(row.total_ns)));
    let values = values.collect::<Vec<_>>().join(", ");
    Picture {
        alt: format!("Bars: time per call on {workload}, the fastest first. {values}."),
        caption: format!(
            "Time per call on {workload}. The scale is logarithmic: look at the numbers, not at the lengths."
        ),
        drawing,
    }
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
