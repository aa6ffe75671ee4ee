//! `{{costs …}}` and `{{cost …}}`: what `bench` measured, from its data file.

use crate::html::inline;
use crate::pictures::Picture;
use crate::pictures::svg::{Anchor, Svg};
use anyhow::{Context, Result, bail, ensure};
use lessons::{Workspace, workspace};
use serde_json::Value;
use std::fmt::Write as _;

/// Where the results lie, from the root of the workspace.
const FILE: &str = "bench/results.json";
/// Width of the longest bar.
const WIDTH: f64 = 300.0;
/// Height of a bar with the room around it.
const HEIGHT: f64 = 26.0;
/// The size of texts in a chart.
const TEXT: f64 = 13.0;

/// `{{costs table chain 1000}}`, `{{costs chart chain 1000}}`, `{{costs machine}}`,
/// `{{costs skipped}}`, `{{costs long}}`.
pub fn block(arguments: &str, workspace: &Workspace) -> Result<String> {
    let data = load(workspace)?;
    match *arguments.split_whitespace().collect::<Vec<_>>() {
        ["table", workload, size] => table(&rows(&data, workload, size)?),
        ["chart", workload, size] => Ok(chart(&rows(&data, workload, size)?, workload).figure()),
        ["machine"] => machine(&data),
        ["skipped"] => skipped(&data),
        ["long"] => long(&data),
        _ => bail!(
            "`costs {arguments}`: expected `costs table WORKLOAD SIZE`, `costs chart WORKLOAD SIZE`, \
             `costs machine`, `costs skipped` or `costs long`"
        ),
    }
}

/// `{{cost step18 chain 1000 total}}`, in nanoseconds or bytes per call, and
/// `{{cost step18 chain 1000 total / floor}}`, as a ratio to another engine or, for a number, to
/// the same engine at that size.
pub fn value(arguments: &str, workspace: &Workspace) -> Result<String> {
    let data = load(workspace)?;
    let find = |engine: &str, workload: &str, size: &str, field: &str| -> Result<f64> {
        let rows = rows(&data, workload, size)?;
        let row = rows.iter().find(|row| row.engine == engine);
        let row =
            row.with_context(|| format!("`{engine}` was not measured on {workload} {size}"))?;
        row.number(field)
            .with_context(|| format!("`{engine}` has no `{field}` on {workload} {size}"))
    };
    match *arguments.split_whitespace().collect::<Vec<_>>() {
        [engine, workload, size, field] => Ok(rounded(find(engine, workload, size, field)?)),
        [engine, workload, size, field, "/", other] => {
            let own = find(engine, workload, size, field)?;
            let other = if other.starts_with(|c: char| c.is_ascii_digit()) {
                find(engine, workload, other, field)?
            } else {
                find(other, workload, size, field)?
            };
            Ok(format!("{:.2}", own / other))
        }
        _ => bail!(
            "`cost {arguments}`: expected `cost ENGINE WORKLOAD SIZE FIELD` and, if wanted, `/ ENGINE`"
        ),
    }
}

fn load(workspace: &Workspace) -> Result<Value> {
    let path = workspace.root.join(FILE);
    ensure!(path.is_file(), "there is no {FILE}: run the benchmark, as bench/README.md says");
    serde_json::from_str(&workspace::read(&path)?).with_context(|| format!("{FILE} is not JSON"))
}

/// What was measured of one engine.
struct Row<'a> {
    engine: &'a str,
    values: &'a Value,
}

impl Row<'_> {
    /// The name for readers.
    fn name(&self) -> &str {
        name(self.engine)
    }

    /// `forward`, `backward`, `free`, `total` in nanoseconds, `bytes`; all per call.
    fn number(&self, field: &str) -> Option<f64> {
        let key = match field {
            "bytes" => "bytes_per_call".to_string(),
            _ => format!("{field}_ns"),
        };
        self.values.get(key)?.as_f64()
    }
}

/// The engines that were measured on a workload, the fastest first.
fn rows<'a>(data: &'a Value, workload: &str, size: &str) -> Result<Vec<Row<'a>>> {
    let all = data["results"].as_array().with_context(|| format!("{FILE} has no `results`"))?;
    let size: u64 = size.parse().with_context(|| format!("`{size}` is no size"))?;
    let fits = |row: &&Value| {
        row["workload"].as_str() == Some(workload) && row["size"].as_u64() == Some(size)
    };
    let mut rows: Vec<Row> = all
        .iter()
        .filter(fits)
        .map(|values| Row { engine: values["engine"].as_str().unwrap_or("?"), values })
        .collect();
    if rows.is_empty() {
        bail!("{FILE} has nothing on `{workload} {size}`");
    }
    let total = |row: &Row| row.number("total").unwrap_or(f64::INFINITY);
    rows.sort_by(|a, b| total(a).total_cmp(&total(b)));
    Ok(rows)
}

fn table(rows: &[Row]) -> Result<String> {
    let mut table = String::from(
        "| engine | forward | backward | freeing | total | against the floor | bytes per call |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let floor = rows.iter().find(|row| row.engine == "floor").and_then(|row| row.number("total"));
    for row in rows {
        let cell = |field| row.number(field).map_or_else(String::new, rounded);
        let ratio = match (floor, row.number("total")) {
            (Some(floor), Some(total)) => format!("{:.2}", total / floor),
            _ => String::new(),
        };
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {ratio} | {} |",
            row.name(),
            cell("forward"),
            cell("backward"),
            cell("free"),
            cell("total"),
            cell("bytes")
        )?;
    }
    Ok(format!("<div class=\"wide\">\n\n{table}\n</div>\n"))
}

/// Bars on a logarithmic scale.
fn chart(rows: &[Row], workload: &str) -> Picture {
    let rows: Vec<(&Row, f64)> =
        rows.iter().filter_map(|row| Some((row, row.number("total")?))).collect();
    let totals = || rows.iter().map(|(_, total)| total.log10());
    // The scale begins a little below the fastest, so that its bar can be seen.
    let low = totals().fold(f64::MAX, f64::min) - 0.3;
    let high = totals().fold(low + 1.0, f64::max);
    let place = |power: f64| (power - low) / (high - low) * WIDTH;
    let mut drawing = Svg::default();
    let mut y = 0.0;
    let mut bars = Svg::default();
    for (row, total) in &rows {
        let end = place(total.log10());
        let class = if row.engine.starts_with("step") { "p-bar p-own" } else { "p-bar" };
        bars.rect(class, (0.0, y + 3.0), (end, y + HEIGHT - 3.0), 2.0);
        let base = y + HEIGHT / 2.0 + 4.5;
        bars.text("p-label", (-8.0, base), Anchor::End, TEXT, row.name());
        bars.text("p-number", (end + 6.0, base), Anchor::Start, TEXT, &time(*total));
        y += HEIGHT;
    }
    for power in ticks(low, high) {
        drawing.line("p-grid", &[(place(power), -4.0), (place(power), y + 4.0)]);
        let at = (place(power), y + 20.0);
        let tick = time(10_f64.powf(power)).replace(".00", "").replace(".0", "");
        drawing.text("p-note", at, Anchor::Middle, TEXT, &tick);
    }
    drawing.append(&bars);
    let values = rows.iter().map(|(row, total)| format!("{} {}", row.name(), time(*total)));
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

/// Nanoseconds in the unit that suits them.
fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n >= 999.5e3 => format!("{} ms", rounded(n / 1e6)),
        n if n >= 999.5 => format!("{} µs", rounded(n / 1e3)),
        n => format!("{} ns", rounded(n)),
    }
}

/// An engine's name for readers.
fn name(engine: &str) -> &str {
    match engine {
        "torch" => "PyTorch",
        "dezero" => "DeZero (Python)",
        _ => engine,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// When, where and how it was measured.
fn machine(data: &Value) -> Result<String> {
    let machine = &data["machine"];
    let versions =
        machine["versions"].as_object().with_context(|| format!("{FILE} has no versions"))?;
    let versions =
        versions.iter().map(|(engine, version)| format!("{} {}", name(engine), text(version)));
    let python =
        machine["python"].as_str().map_or_else(String::new, |python| format!(", Python {python}"));
    Ok(inline(&format!(
        "Measured on {}: {}, {} cores, {}, {}{python}; {}. Medians of {} rounds, of {} for large sizes.",
        text(&data["date"]),
        text(&machine["cpu"]),
        text(&machine["cores"]),
        text(&machine["os"]),
        text(&machine["rustc"]),
        versions.collect::<Vec<_>>().join(", "),
        text(&data["rounds"]),
        text(&data["rounds_large"]),
    )))
}

/// What was not measured, and why.
fn skipped(data: &Value) -> Result<String> {
    let all = data["skipped"].as_array().with_context(|| format!("{FILE} has no `skipped`"))?;
    let mut lines: Vec<String> = Vec::new();
    for gap in all {
        let (engine, workload) = (text(&gap["engine"]), text(&gap["workload"]));
        let line =
            format!("- {} on {workload}: {}\n", name(&engine), inline(&text(&gap["reason"])));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    ensure!(!lines.is_empty(), "nothing was left out: remove this line");
    Ok(lines.concat())
}

/// What the last step was put under, and how it came out.
fn long(data: &Value) -> Result<String> {
    let number = |run: &str, field: &str| {
        let value = data["long"][run][field].as_f64();
        value.with_context(|| format!("{FILE} has no `long.{run}.{field}`"))
    };
    let count = |run, field| number(run, field).map(rounded);
    Ok(format!(
        "- {} calls in one graph: built, differentiated and freed on a stack of {} KiB.\n\
         - {} calls in one graph: {:.1} GB, that is {} bytes a call.\n\
         - {} random graphs of {} calls together: each gradient agrees with that of another method, \
         dual numbers, to {:.1e}.\n\
         - {} graphs made and dropped, one after the other: {} bytes left.\n",
        count("stack", "calls")?,
        number("stack", "stack_kib")?,
        count("deep", "calls")?,
        number("deep", "bytes")? / 1e9,
        rounded(number("deep", "bytes")? / number("deep", "calls")?),
        count("random", "graphs")?,
        count("random", "calls")?,
        number("random", "largest_relative_difference")?,
        count("flat", "graphs")?,
        number("flat", "bytes_left")?,
    ))
}

/// Three digits, which is more than a noisy machine can promise; of large numbers, which stand in
/// columns, all digits in groups.
fn rounded(number: f64) -> String {
    match number {
        n if n >= 9999.5 => grouped(&format!("{n:.0}")),
        n if n >= 99.95 => format!("{n:.0}"),
        n if n >= 9.995 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// Digits in groups of three, with narrow spaces that do not break.
fn grouped(digits: &str) -> String {
    let mut groups = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            groups.push('\u{202f}');
        }
        groups.push(digit);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let expected = [
            (8.7, "8.70 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 µs"),
            (9995.0, "10.0 µs"),
            (16_130_551.0, "16.1 ms"),
        ];
        for (nanoseconds, text) in expected {
            assert_eq!(time(nanoseconds), text);
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(rounded(9999.0), "9999");
        assert_eq!(rounded(1_410_194.0), "1\u{202f}410\u{202f}194");
        assert_eq!(rounded(42_924.0), "42\u{202f}924");
    }
}
