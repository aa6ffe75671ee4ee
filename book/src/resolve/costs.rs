//! `{{costs …}}` and `{{cost …}}`: what `bench` measured.

use super::chart;
use super::numbers::{grouped, rounded};
use crate::content::{Content, Costs};
use crate::measured::{FILE, name};
use crate::steps::Steps;
use anyhow::{Context, Result, bail, ensure};
use results::{Data, Engine, Long, Row, Workload};

/// `{{costs table chain 1000}}`, `{{costs chart chain 1000}}`, `{{costs machine}}`, `{{costs long}}`.
pub fn block(arguments: &str, steps: &Steps) -> Result<Content> {
    let data = steps.measured()?;
    Ok(match *arguments.split_whitespace().collect::<Vec<_>>() {
        ["table", workload, size] => Content::Costs(table(&rows(data, workload, size)?)),
        ["chart", workload, size] => {
            Content::Picture(chart::draw(&rows(data, workload, size)?, in_words(workload.parse()?)))
        }
        ["machine"] => Content::Markdown(machine(data)),
        ["long"] => Content::Markdown(long(data)?),
        _ => bail!(
            "`costs {arguments}`: expected `costs table WORKLOAD SIZE`, `costs chart WORKLOAD SIZE`, \
             `costs machine` or `costs long`"
        ),
    })
}

/// `{{cost step18 chain 1000 total}}`, in nanoseconds or bytes per call, and
/// `{{cost step18 chain 1000 total / floor}}`, as a ratio to another engine or, for a number, to
/// the same engine at that size.
pub fn value(arguments: &str, steps: &Steps) -> Result<Content> {
    let data = steps.measured()?;
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let ([engine, workload, size, field] | [engine, workload, size, field, "/", _]) = words[..]
    else {
        bail!(
            "`cost {arguments}`: expected `cost ENGINE WORKLOAD SIZE FIELD` and, if wanted, `/ ENGINE`"
        )
    };
    let find = |engine: &str, size: &str| {
        let known: Engine = engine.parse()?;
        let row = rows(data, workload, size)?.into_iter().find(|row| row.engine == known);
        let row =
            row.with_context(|| format!("`{engine}` was not measured on {workload} {size}"))?;
        number(row, field)
            .with_context(|| format!("`{engine}` has no `{field}` on {workload} {size}"))
    };
    let own = find(engine, size)?;
    let Some(other) = words.get(5) else { return Ok(Content::Markdown(rounded(own))) };
    let is_size = other.starts_with(|c: char| c.is_ascii_digit());
    let other = if is_size { find(engine, other)? } else { find(other, size)? };
    Ok(Content::Markdown(format!("{:.2}", own / other)))
}

/// Nanoseconds or bytes per call, by the name that a chapter has for them.
fn number(row: &Row, field: &str) -> Option<f64> {
    match field {
        "forward" => Some(row.forward_ns),
        "backward" => row.backward_ns,
        "free" => Some(row.free_ns),
        "total" => Some(row.total_ns),
        "min_total" => Some(row.min_total_ns),
        "max_total" => Some(row.max_total_ns),
        "bytes" => row.bytes_per_call,
        _ => None,
    }
}

/// The engines that were measured on a workload, the fastest first.
fn rows<'a>(data: &'a Data, workload: &str, size: &str) -> Result<Vec<&'a Row>> {
    let size: usize = size.parse().with_context(|| format!("`{size}` is no size"))?;
    let known: Workload = workload.parse()?;
    let fits = |row: &&Row| row.workload == known && row.size == size;
    let mut rows: Vec<&Row> = data.results.iter().filter(fits).collect();
    ensure!(!rows.is_empty(), "{FILE} has nothing on `{workload} {size}`");
    rows.sort_by(|a, b| a.total_ns.total_cmp(&b.total_ns));
    Ok(rows)
}

fn in_words(workload: Workload) -> &'static str {
    match workload {
        Workload::Chain => "a chain of small numbers",
        Workload::Diamonds => "a graph in which many paths meet",
        Workload::Tiny => "a graph of four calls",
        Workload::Inference => "three squares without recording",
        Workload::Arrays => "large arrays",
    }
}

/// Each row's name and numbers, in a unit in which none has more than five digits.
fn table(rows: &[&Row]) -> Costs {
    let floor = rows.iter().find(|row| row.engine == Engine::Floor);
    let longest = rows.iter().map(|row| row.total_ns).fold(0.0, f64::max);
    let (unit, scale) = match longest {
        ns if ns >= 1e8 => ("ms", 1e6),
        ns if ns >= 1e5 => ("µs", 1e3),
        _ => ("ns", 1.0),
    };
    let cell = |number: Option<f64>| number.map_or_else(String::new, rounded);
    let time = |ns: Option<f64>| cell(ns.map(|ns| ns / scale));
    let row = |row: &&Row| {
        [
            name(row.engine),
            floor.map_or_else(String::new, |floor| times(row, floor)),
            time(Some(row.total_ns)),
            format!("{}–{}", time(Some(row.min_total_ns)), time(Some(row.max_total_ns))),
            time(Some(row.forward_ns)),
            time(row.backward_ns),
            time(Some(row.free_ns)),
            cell(row.bytes_per_call),
        ]
    };
    Costs { unit, rows: rows.iter().map(row).collect() }
}

/// How many times as long as the floor. Less than that can be luck, if some rounds of the floor were
/// as fast.
fn times(row: &Row, floor: &Row) -> String {
    let ratio = row.total_ns / floor.total_ns;
    if ratio < 1.0 && row.max_total_ns > floor.min_total_ns {
        return "about 1".into();
    }
    format!("{ratio:.2}")
}

/// When, where and how it was measured.
fn machine(data: &Data) -> String {
    let Data { date, machine, rounds, rounds_large, .. } = data;
    let versions = machine.versions.iter();
    let versions = versions.map(|(engine, version)| {
        let name = engine.parse().map_or_else(|_| engine.clone(), name);
        format!("{name} {version}")
    });
    let versions = versions.collect::<Vec<_>>().join(", ");
    let cores = if machine.cores == 1 { "core" } else { "cores" };
    let python = machine.python.iter().map(|python| format!(", Python {python}"));
    format!(
        "Measured on {date}: {}, {} {cores}, {}, {}{}; {versions}. Medians of {rounds} rounds, of \
         {rounds_large} for large sizes.",
        machine.cpu,
        machine.cores,
        machine.os,
        machine.rustc,
        python.collect::<String>(),
    )
}

/// What the last step was put under, and how it came out.
#[allow(clippy::cast_precision_loss, reason = "no memory is that large")]
fn long(data: &Data) -> Result<String> {
    let long = data.long.as_ref();
    let Long { stack, deep, random, flat } =
        long.with_context(|| format!("{FILE} has no runs under load"))?;
    let bytes = deep.bytes as f64;
    Ok(format!(
        "- {} calls in one graph: built, differentiated and freed on a stack of {} KiB.\n\
         - {} calls in one graph: {:.1} GB, that is {} bytes a call.\n\
         - {} random graphs of {} calls together: each gradient agrees with that of another method, \
         dual numbers, to {:.1e}.\n\
         - {} graphs made and dropped, one after the other: {} bytes left.",
        grouped(&stack.calls),
        stack.stack_kib,
        grouped(&deep.calls),
        bytes / 1e9,
        rounded(bytes / f64::from(deep.calls)),
        grouped(&random.graphs),
        grouped(&random.calls),
        random.largest_relative_difference,
        grouped(&flat.graphs),
        flat.bytes_left,
    ))
}
