//! `cargo xtask lint`: prints what is found.

use anyhow::Result;
use lessons::Workspace;
use lint::{EXCEPTIONS, Finding};
use std::process::ExitCode;

fn main() -> Result<ExitCode> {
    let (findings, exceptions) = lint::findings(&Workspace::find()?)?;
    print!("{}", report(&findings, exceptions));
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(findings: &[Finding], exceptions: usize) -> String {
    let count = match findings.len() {
        0 => {
            return format!(
                "The steps agree with each other, with `fast` and with the README; \
                 deliberate exceptions: {exceptions}.\n"
            );
        }
        1 => "One finding".into(),
        count => format!("{count} findings"),
    };
    let lines = findings.iter().map(|Finding { rule, file, line, name, message }| {
        format!("{file}:{line}: {message} [{rule} | {name}]\n")
    });
    format!(
        "{}\n{count}. Mend it in every step that has the line. If it is meant, say so in\n\
         {EXCEPTIONS}: rule, file, name (in brackets: rule | name), and the reason.\n",
        lines.collect::<String>()
    )
}
