//! A process and all that it starts.

use std::io;
use std::process::{Child, Command};

/// A child with its own children. All of them end when it is dropped.
pub struct Tree {
    pub child: Child,
    #[cfg(unix)]
    guard: Child,
}

#[cfg(unix)]
impl Tree {
    /// Starts a process with a group of its own. Such a group does not get the terminal's Ctrl-C, so
    /// it has a guard: a shell that reads a pipe whose other end only we hold, and then ends the
    /// group. It ends it even if we are killed.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        use std::os::unix::process::CommandExt;
        use std::process::Stdio;
        let mut child = command.process_group(0).spawn()?;
        let guard = Command::new("sh")
            .args(["-c", "read line; kill -s KILL -- -$0", &child.id().to_string()])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match guard {
            Ok(guard) => Ok(Tree { child, guard }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }
}

#[cfg(unix)]
impl Drop for Tree {
    fn drop(&mut self) {
        // An error says that it has ended.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(windows)]
impl Tree {
    /// Starts a process. Ctrl-C reaches all of the console's.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        Ok(Tree { child: command.spawn()? })
    }
}

#[cfg(windows)]
impl Drop for Tree {
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID"])
            .arg(self.child.id().to_string())
            .output();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
