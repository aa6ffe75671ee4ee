//! `{{costs …}}` and `{{cost …}}`: what `bench` measured, from its data file.

use crate::html::inline;
use crate::pictures::Picture;
use crate::pictures::svg::{Anchor, Svg};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fmt::Write as _;
use tools::{Workspace, workspace};

/// Width of a factor of ten in a chart, and height of a bar with the room around it.
const UNIT: (f64, f64) = (150.0, 24.0);

/// `{{costs table chain 1000}}`, `{{costs chart chain 1000}}`, `{{costs machine}}`.
pub fn block(arguments: &str, workspace: &Workspace) -> Result<String> {
    let data = load(workspace)?;
    match *arguments.split_whitespace().collect::<Vec<_>>() {
        ["table", workload, size] => table(&rows(&data, workload, size)?),
        ["chart", workload, size] => Ok(chart(&rows(&data, workload, size)?, workload).figure()),
        ["machine"] => machine(&data),
        _ => bail!(
            "`costs {arguments}`: expected `costs table WORKLOAD SIZE`, `costs chart WORKLOAD SIZE` \
             or `costs machine`"
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
    let text = workspace::read(&workspace.root.join("bench/results.json"))?;
    serde_json::from_str(&text).context("bench/results.json is not JSON")
}

/// What was measured of one engine.
struct Row<'a> {
    engine: &'a str,
    values: &'a Value,
}

impl Row<'_> {
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
    let all = data["results"].as_array().context("bench/results.json has no `results`")?;
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
        bail!("bench/results.json has nothing on `{workload} {size}`");
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
            row.engine,
            cell("forward"),
            cell("backward"),
            cell("free"),
            cell("total"),
            cell("bytes")
        )?;
    }
    Ok(format!("<div class=\"wide\">\n\n{table}\n</div>\n"))
}

/// Bars on a logarithmic scale that begins at one nanosecond.
fn chart(rows: &[Row], workload: &str) -> Picture {
    let mut drawing = Svg::default();
    let mut y = 0.0;
    for row in rows {
        let Some(total) = row.number("total") else { continue };
        let end = total.log10().max(0.02) * UNIT.0;
        let class = if row.engine.starts_with("step") { "p-function" } else { "p-variable" };
        drawing.rect(class, (0.0, y), (end, y + UNIT.1 - 6.0), 2.0);
        drawing.text("p-note", (-8.0, y + 14.0), Anchor::End, 13.0, row.engine);
        drawing.text("p-note", (end + 6.0, y + 14.0), Anchor::Start, 13.0, &rounded(total));
        y += UNIT.1;
    }
    let fastest: Vec<&str> = rows.iter().map(|row| row.engine).collect();
    Picture {
        alt: format!("{workload}: time per call, from the fastest: {}", fastest.join(", ")),
        caption: format!(
            "{workload}: nanoseconds per call, all told; a factor of ten is a fixed length."
        ),
        drawing,
    }
}

fn machine(data: &Value) -> Result<String> {
    let machine = &data["machine"];
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let versions = machine["versions"].as_object().context("bench/results.json has no versions")?;
    let versions: Vec<String> =
        versions.iter().map(|(engine, version)| format!("{engine} {}", text(version))).collect();
    Ok(inline(&format!(
        "Measured on {}: {}, {} cores, {}, {}. {}.",
        text(&data["date"]),
        text(&machine["cpu"]),
        text(&machine["cores"]),
        text(&machine["os"]),
        text(&machine["rustc"]),
        versions.join(", ")
    )))
}

/// Three digits, which is more than a noisy machine can promise.
fn rounded(number: f64) -> String {
    match number {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}
