//! The pieces by which `fast` differs from step 18, and what each of them gains.
//!
//! A piece is a patch in the folder `pieces`. Applied one after the other to step 18 they give
//! `fast`, so that each version in between can be compiled and counted again.

use crate::measure::{Mode, Report};
use crate::workloads::Task;
use crate::{child, engines, machine, process, store};
use results::{Counted, Engine, Pieces, Workload};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// One state of the library on its way from step 18 to `fast`.
pub struct Version {
    /// That of the patch that leads to it.
    pub name: String,
    /// Its `lib.rs`.
    pub source: String,
}

/// What is counted: a workload, its size, and two numbers of graphs. What one more graph costs is
/// the difference between them.
const COUNTED: [(Workload, usize, [usize; 2]); 4] = [
    (Workload::Chain, 1_000, [2, 12]),
    (Workload::Diamonds, 200, [1, 3]),
    (Workload::Tiny, 1, [100, 600]),
    (Workload::Inference, 1, [100, 600]),
];
const BESIDE: [Engine; 4] = [Engine::Floor, Engine::Least, Engine::Dfdx, Engine::EasyMl];
const LONG_CHAIN: Task = Task { workload: Workload::Chain, size: 1_000_000 };
const LIMIT: Duration = Duration::from_mins(10);

/// Counts and prints all pieces, and the engines beside them.
pub fn run(save: bool) -> Result<()> {
    let valgrind = output(Command::new("valgrind").arg("--version"))?.trim().to_owned();
    let versions = versions()?;
    let pieces = versions.iter().map(|version| count_piece(version).map(tell));
    let pieces = pieces.collect::<Result<Vec<_>>>()?;
    let there = |engine: &&Engine| engines::left_out(**engine, Workload::Chain).is_none();
    let beside = BESIDE.iter().filter(there).map(|&engine| count_engine(engine).map(tell));
    let beside = beside.collect::<Result<Vec<_>>>()?;
    if save {
        let date = jiff::Zoned::now().date().to_string();
        let rustc = machine::rustc();
        store::save_pieces(&Pieces { date, rustc, valgrind, pieces, beside })?;
        println!("written: {}", store::pieces_path().display());
    }
    Ok(())
}

fn tell(counted: Counted) -> Counted {
    let counts = counted.instructions.iter().map(|(workload, count)| format!("{workload} {count}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    println!("{}: {counts} instructions, {} bytes", counted.name, counted.bytes_per_call);
    counted
}

/// Step 18, and it after each patch.
pub fn versions() -> Result<Vec<Version>> {
    let mut patches = fs::read_dir(store::folder().join("pieces"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    patches.sort();
    let source = read(&store::folder().join("../step18/src/lib.rs"))?;
    let mut versions = vec![Version { name: "step18".into(), source }];
    for patch in patches {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let unfit = |error: &dyn std::fmt::Display| Error::other(format!("{name}: {error}"));
        let text = read(&patch)?;
        let patch = diffy::Patch::from_str(&text).map_err(|error| unfit(&error))?;
        let before = &versions[versions.len() - 1].source;
        let source = diffy::apply(before, &patch).map_err(|error| unfit(&error))?;
        versions.push(Version { name, source });
    }
    Ok(versions)
}

fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path);
    text.map_err(|error| Error::other(format!("{}: {error}", path.display())))
}

fn count_piece(version: &Version) -> Result<Counted> {
    let program = compile(version)?;
    let command = |task: Task, last: &str| {
        let mut command = Command::new(&program);
        command.args([&task.workload.to_string(), &task.size.to_string(), last]);
        command
    };
    let bytes = output(&mut command(LONG_CHAIN, "bytes"))?;
    let bytes = bytes.trim().parse::<usize>().map_err(Error::other)?;
    Ok(Counted {
        name: version.name.clone(),
        instructions: instructions(|task, graphs| Ok(command(task, &graphs.to_string())))?,
        bytes_per_call: rounded(bytes as f64 / LONG_CHAIN.calls() as f64),
    })
}

fn count_engine(engine: Engine) -> Result<Counted> {
    let memory = child::measure(engine, LONG_CHAIN, Mode::Memory, None);
    let bytes = match memory {
        Ok(Report::Memory(memory)) => memory.bytes_per_call,
        other => return Err(Error::other(format!("{engine}: {other:?}"))),
    };
    let command = |task, graphs| child::command(engine, task, Mode::Graphs(graphs), None);
    Ok(Counted {
        name: engine.to_string(),
        instructions: instructions(|task, graphs| command(task, graphs).map_err(Error::other))?,
        bytes_per_call: rounded(bytes.unwrap_or_default()),
    })
}

/// Compiles a version as a crate of its own, with the program that runs its graphs.
fn compile(version: &Version) -> Result<PathBuf> {
    let target = store::folder().join("target/pieces");
    let crate_folder = target.join(&version.name);
    fs::create_dir_all(crate_folder.join("src"))?;
    let program = store::folder().join("pieces/main.rs");
    let manifest = format!(
        "[workspace]\n[package]\nname = \"piece-{0}\"\nedition = \"2024\"\n[lib]\nname = \"fast\"\n\
         [[bin]]\nname = \"piece-{0}\"\npath = '{1}'\n[dependencies]\nndarray = \"0.17\"\n",
        version.name,
        program.display()
    );
    fs::write(crate_folder.join("Cargo.toml"), manifest)?;
    fs::write(crate_folder.join("src/lib.rs"), &version.source)?;
    fs::copy(store::folder().join("Cargo.lock"), crate_folder.join("Cargo.lock"))?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "--target-dir"]).arg(&target);
    output(cargo.current_dir(&crate_folder))?;
    let name = format!("piece-{}{}", version.name, std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}

/// The instructions of one call on each workload. `command` runs so many graphs.
fn instructions(
    command: impl Fn(Task, usize) -> Result<Command>,
) -> Result<BTreeMap<Workload, f64>> {
    let mut counts = BTreeMap::new();
    for (workload, size, [few, many]) in COUNTED {
        let task = Task { workload, size };
        let count = |graphs| -> Result<f64> { Ok(executed(&command(task, graphs)?)? as f64) };
        let more = ((many - few) * task.calls()) as f64;
        counts.insert(workload, rounded((count(many)? - count(few)?) / more));
    }
    Ok(counts)
}

/// How many instructions the command executes.
fn executed(command: &Command) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
    valgrind.arg(command.get_program()).args(command.get_args());
    let log = output(&mut valgrind)?;
    collected(&log).ok_or_else(|| Error::other(format!("valgrind tells no count:\n{log}")))
}

fn collected(log: &str) -> Option<u64> {
    let line = log.lines().find_map(|line| line.split_once("Collected : "))?;
    line.1.trim().parse().ok()
}

fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    process::output(command, LIMIT).map_err(|failure| Error::other(format!("{program} {failure}")))
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_lead_from_step_18_to_fast() {
        let versions = versions().expect(
            "a piece no longer fits. Its neighbours are `lib.rs` files: mend them, and write the \
             piece again with `diff -u`",
        );
        let last = &versions[versions.len() - 1].source;
        let fast = read(&store::folder().join("../fast/src/lib.rs")).unwrap();
        assert!(*last == fast, "the pieces give:\n{}", diffy::create_patch(last, &fast));
    }

    #[test]
    fn each_piece_was_counted() {
        let kept: Pieces = serde_json::from_str(&read(&store::pieces_path()).unwrap()).unwrap();
        let kept = kept.pieces.into_iter().map(|piece| piece.name);
        let names = versions().unwrap().into_iter().map(|version| version.name);
        assert_eq!(Vec::from_iter(kept), Vec::from_iter(names));
    }

    #[test]
    fn the_count_is_found_in_the_log() {
        let log = "==7== Events    : Ir\n==7== Collected : 1234\n==7== \n==7== I refs: 1,234";
        assert_eq!(collected(log), Some(1234));
        assert_eq!(collected("==7== Events    : Ir"), None);
    }
}
