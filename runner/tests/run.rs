//! Programs that end well, badly, late, or never. The program is this test itself.

use runner::{End, Limits, Run, run};
use std::env;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Says to the test `a_program` what to be.
const PART: &str = "RUNNER_TEST_PART";

const LIMITS: Limits = Limits { time: Duration::from_secs(20), bytes: 1 << 20 };

fn command(part: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("a test is a program"));
    command.args(["--exact", "a_program", "--nocapture"]).env(PART, part);
    command
}

fn play(part: &str, limits: Limits) -> Run {
    run(&mut command(part), limits).expect("the test can be started")
}

/// Does nothing as a test; started by another test, it plays the part that it is told.
#[test]
#[expect(clippy::zombie_processes, reason = "whether it is left is what is tested")]
fn a_program() {
    let mut out = std::io::stdout();
    match env::var(PART).unwrap_or_default().as_str() {
        "ends" => println!("printed"),
        "fails" => panic!("on purpose"),
        "prints" => writeln!(out, "{}", "x".repeat(1 << 18)).expect("it is read"),
        "prints on" => while writeln!(out, "{}", "x".repeat(1 << 10)).is_ok() {},
        part if part.starts_with("sleeps") => thread::sleep(Duration::from_secs(60)),
        "starts and waits" => {
            println!("printed");
            let mut child = command("sleeps").spawn().expect("the test can be started");
            child.wait().expect("it ends");
        }
        "starts and ends" => {
            println!("printed");
            let mut child = command("sleeps");
            child.stdout(Stdio::inherit()).spawn().expect("the test can be started");
        }
        "runs" => {
            run(&mut command("sleeps on"), LIMITS).expect("the test can be started");
        }
        _ => {}
    }
}

#[test]
fn what_is_printed_and_how_it_ends() {
    let well = play("ends", LIMITS);
    assert!(well.succeeded() && well.stdout.contains("printed\n"), "{well:?}");
    let badly = play("fails", LIMITS);
    assert!(!badly.succeeded() && badly.stderr.contains("on purpose"), "{badly:?}");
    assert!(matches!(badly.end, End::Exited(_)));
    assert!(run(&mut Command::new("no-such-program"), LIMITS).is_err());
}

#[test]
fn more_than_a_pipe_holds() {
    let run = play("prints", LIMITS);
    assert!(run.succeeded() && run.stdout.contains(&"x".repeat(1 << 18)));
}

#[test]
fn output_without_end() {
    let run = play("prints on", LIMITS);
    assert_eq!(run.end, End::TooMuch);
    assert!(run.stdout.len() < 2 * LIMITS.bytes);
}

#[test]
fn a_program_that_goes_on_ends_with_its_children() {
    let limits = Limits { time: Duration::from_secs(2), ..LIMITS };
    let start = Instant::now();
    assert_eq!(play("sleeps", limits).end, End::TooLong);
    let run = play("starts and waits", limits);
    assert_eq!(run.end, End::TooLong);
    assert!(run.stdout.contains("printed\n"), "{run:?}");
    let run = play("starts and ends", LIMITS);
    assert!(run.succeeded() && run.stdout.contains("printed\n"), "{run:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "a pipe was waited for");
    #[cfg(target_os = "linux")]
    assert!(!is_running("sleeps"), "a child's child is left");
}

#[cfg(target_os = "linux")]
#[test]
fn who_is_killed_leaves_nothing_running() {
    let wait_until = |running| {
        let deadline = Instant::now() + Duration::from_secs(20);
        while is_running("sleeps on") != running {
            assert!(Instant::now() < deadline, "running: {}", !running);
            thread::sleep(Duration::from_millis(10));
        }
    };
    let mut child = command("runs").spawn().expect("the test can be started");
    wait_until(true);
    child.kill().and_then(|()| child.wait()).expect("it can be killed");
    wait_until(false);
}

/// Whether a process plays a part.
#[cfg(target_os = "linux")]
fn is_running(part: &str) -> bool {
    let part = format!("{PART}={part}");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let environments = processes.filter_map(|p| std::fs::read(p.path().join("environ")).ok());
    environments.into_iter().any(|env| env.split(|b| *b == 0).any(|v| v == part.as_bytes()))
}
