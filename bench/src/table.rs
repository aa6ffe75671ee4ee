//! The results, as they are printed.

use crate::workloads;
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use results::{Engine, Row, Skipped, Workload};

/// A table for each workload and size, and what is missing in it.
pub fn print(results: &[Row], skipped: &[Skipped]) {
    for &workload in Workload::value_variants() {
        for &size in workloads::sizes(workload, false) {
            let rows: Vec<_> =
                results.iter().filter(|row| (row.workload, row.size) == (workload, size)).collect();
            let gaps = skipped.iter().filter(|gap| (gap.workload, gap.size) == (workload, size));
            if !rows.is_empty() {
                println!("\n{}\n\n{}\n", title(workload, size), table(&rows));
            }
            for gap in gaps {
                println!("without {}: {}", gap.engine, gap.reason);
            }
        }
    }
}

fn title(workload: Workload, size: usize) -> String {
    match workload {
        Workload::Chain => format!("chain: {size} calls of add on a scalar"),
        Workload::Diamonds => format!("diamonds: {size} layers of 50 variables, each used twice"),
        Workload::Tiny => "tiny: 2x^4, from making x to freeing the graph".into(),
        Workload::Inference => "inference: three squares of a scalar, no graph".into(),
        Workload::Arrays => format!("arrays: three squares of {size} numbers"),
    }
}

fn table(rows: &[&Row]) -> Table {
    let floor = rows.iter().find(|row| row.engine == Engine::Floor).map(|row| row.total_ns);
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN);
    table.set_header([
        "engine", "forward", "backward", "free", "total ns", "least", "most", "x floor", "bytes",
        "resident",
    ]);
    for row in rows {
        let free = if row.leaks { "leaks".into() } else { number(row.free_ns) };
        table.add_row([
            row.engine.to_string(),
            number(row.forward_ns),
            optional(row.backward_ns),
            free,
            number(row.total_ns),
            number(row.min_total_ns),
            number(row.max_total_ns),
            floor.map_or_else(String::new, |floor| format!("{:.2}", row.total_ns / floor)),
            optional(row.bytes_per_call),
            optional(row.rss_per_call),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|column| {
        column.set_cell_alignment(CellAlignment::Right);
    });
    table
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}
