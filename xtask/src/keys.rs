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
            let mut bytes = io::stdin().lock().bytes().map_while(io::Result::ok);
            while let Some(key) = next_key(&mut bytes) {
                if sender.send(key).is_err() {
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

/// The next key that is a sign. What else there is, such as an arrow, comes as several bytes: the first
/// is an escape, and the last, after a bracket, a letter.
fn next_key(bytes: &mut impl Iterator<Item = u8>) -> Option<char> {
    const ESCAPE: u8 = 0x1b;
    loop {
        match bytes.next()? {
            ESCAPE => {
                if let b'[' | b'O' = bytes.next()? {
                    bytes.find(|byte| matches!(byte, b'@'..=b'~'))?;
                }
            }
            byte if byte.is_ascii_graphic() => return Some(byte.to_ascii_lowercase().into()),
            _ => {}
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

#[cfg(test)]
mod tests {
    use super::next_key;

    #[test]
    fn arrows_are_no_letters() {
        // Left, Home, F5, then d and Enter, and an arrow as some terminals send it.
        let mut bytes = "\x1b[D\x1b[H\x1b[15~D\r\x1bODq".bytes();
        let keys: String = std::iter::from_fn(|| next_key(&mut bytes)).collect();
        assert_eq!(keys, "dq");
    }
}
