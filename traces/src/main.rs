//! Prints what `backward` does in a step, frame by frame: `cargo xtask trace 16`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let traces = argument.parse().map(traces::of).unwrap_or_default();
    if traces.is_empty() {
        let mut steps: Vec<String> =
            traces::all().iter().map(|trace| trace.step.to_string()).collect();
        steps.dedup();
        eprintln!(
            "error: no run is recorded for step {argument}: choose one of {}",
            steps.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let texts: Vec<String> = traces.iter().map(traces::print).collect();
    print!("{}", texts.join("\n"));
    ExitCode::SUCCESS
}
