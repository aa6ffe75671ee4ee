//! Single keys from a terminal.
//!
//! `stty` tells a Unix terminal to hand on each key as it is pressed, so that no library is needed.
//! Where there is none, as on Windows, a key counts after Enter.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::{io, thread};

pub struct Keys {
    /// The keys as they come; closed when the input ends.
    pub pressed: Receiver<char>,
    guard: Option<Child>,
}

impl Keys {
    pub fn read() -> Self {
        let guard = single_keys();
        let (sender, pressed) = mpsc::channel();
        thread::spawn(move || {
            for byte in io::stdin().lock().bytes() {
                let Ok(byte) = byte else { return };
                if !byte.is_ascii_whitespace()
                    && sender.send(byte.to_ascii_lowercase().into()).is_err()
                {
                    return;
                }
            }
        });
        Keys { pressed, guard }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}

fn stty(arguments: &[&str]) -> Option<String> {
    let mut stty = Command::new("stty");
    let output =
        stty.args(arguments).stdin(Stdio::inherit()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().into())
}

/// Has the terminal hand on single keys. The guard, a shell, sets it back when the pipe closes that
/// only we hold: also if we are killed.
fn single_keys() -> Option<Child> {
    let before = stty(&["-g"]).filter(|_| cfg!(unix))?;
    let script = "trap '' INT TERM HUP TTOU; read line; stty \"$0\" < /dev/tty";
    let guard = Command::new("sh")
        .args(["-c", script, &before])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    stty(&["-icanon", "-echo"]);
    Some(guard)
}
