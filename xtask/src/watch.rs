//! `cargo xtask watch`: checks a step whenever one of its files is saved.

use crate::keys::Keys;
use crate::mine;
use crate::paint::{BOLD, DIM, RED, paint, print, width};
use crate::{check, diff, here, hint, list, start};
use anstream::adapter::strip_str;
use anyhow::Result;
use lessons::workspace::LAST;
use lessons::{Step, Workspace};
use std::io::{IsTerminal, stdout};
use std::mem;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// How often the files are looked at. Asking the system to tell would not do on network drives.
const PAUSE: Duration = Duration::from_millis(200);

/// How much of a fault or of a hint is shown: a terminal has 24 rows.
const MOST_LINES: usize = 19;

pub fn run(workspace: &Workspace, number: Option<usize>, time_limit: u64) -> Result<()> {
    let mine = match number {
        Some(number) => workspace.mine(number)?,
        None => here::needed_step(workspace)?,
    };
    let mut watch = Watch {
        workspace,
        ours: workspace.step(mine.number)?,
        mine,
        time_limit,
        seen: String::new(),
        hint: 0,
    };
    let keys = Keys::read();
    let mut has_keys = true;
    loop {
        watch.look()?;
        if !has_keys {
            std::thread::sleep(PAUSE);
            continue;
        }
        match keys.pressed.recv_timeout(PAUSE) {
            Ok('q') => return Ok(()),
            Ok(key) => watch.answer(key)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => has_keys = false,
        }
    }
}

struct Watch<'a> {
    workspace: &'a Workspace,
    ours: Step,
    mine: Step,
    time_limit: u64,
    /// What the files were like that were checked last.
    seen: String,
    /// How many pages of hints have been shown.
    hint: usize,
}

impl Watch<'_> {
    /// Checks the step if a file has changed.
    fn look(&mut self) -> Result<()> {
        // A file that is just being saved may not be there.
        let now = mine::fingerprint(&self.ours, &self.mine).unwrap_or_default();
        if now.is_empty() || now == self.seen {
            return Ok(());
        }
        self.seen = now;
        self.check()
    }

    fn check(&mut self) -> Result<()> {
        clear()?;
        print(&paint(DIM, &format!("{}: checking …\n", self.mine.place())))?;
        let verdict = check::judge(self.workspace, &self.ours, &self.mine, self.time_limit, false);
        let text = match verdict {
            Err(error) => paint(RED, &format!("{error:#}")),
            Ok(verdict) => match verdict.fault {
                Some(fault) => self.shortened(&fault),
                None => format!("{}{}", verdict.notes, check::passed(&self.mine)),
            },
        };
        self.show(&text)
    }

    fn shortened(&self, fault: &str) -> String {
        let lines: Vec<&str> = fault.lines().collect();
        if lines.len() <= MOST_LINES {
            return fault.into();
        }
        let more = format!("\n… all of it: cargo xtask check {}", self.mine.number);
        // A colour that a cut line has begun must end.
        format!("{}\x1b[0m{}", lines[..MOST_LINES - 1].join("\n"), paint(DIM, &more))
    }

    /// A fresh screen with `text`, and the keys below.
    fn show(&self, text: &str) -> Result<()> {
        clear()?;
        let number = self.mine.number;
        let progress = here::progress(self.workspace)?;
        let next = if self.passes() && number < LAST { "  n next" } else { "" };
        let keys = format!("c check  h hint  d diff  l list{next}  q quit");
        let head = paint(BOLD, &format!("{number:02}"));
        print(&format!("{}\n\n{head} {progress}\n{}\n", text.trim_end(), paint(DIM, &keys)))
    }

    fn passes(&self) -> bool {
        mine::passes(&self.ours, &self.mine)
    }

    fn answer(&mut self, key: char) -> Result<()> {
        match key {
            'h' => {
                let pages = hints(self.workspace, &self.ours)?;
                let page = &pages[self.hint % pages.len()];
                self.hint += 1;
                self.show(page)
            }
            'd' => self.show(&diff::text(&self.ours, &self.mine)?),
            'l' => self.show(&list::text(self.workspace)?),
            'n' if self.passes() && self.mine.number < LAST => self.next(),
            'c' => self.check(),
            _ => Ok(()),
        }
    }

    /// Goes on to the next step, from the reader's own if it is not there yet.
    fn next(&mut self) -> Result<()> {
        let number = self.mine.number + 1;
        let said = match self.workspace.mine(number) {
            Ok(_) => String::new(),
            Err(_) => start::begin(self.workspace, number, true, false)?,
        };
        self.mine = self.workspace.mine(number)?;
        self.ours = self.workspace.step(number)?;
        self.hint = 0;
        self.seen = mine::fingerprint(&self.ours, &self.mine)?;
        if said.is_empty() { self.check() } else { self.show(&said) }
    }
}

/// The hints of all levels, in pages that fit.
fn hints(workspace: &Workspace, ours: &Step) -> Result<Vec<String>> {
    let mut pages = Vec::new();
    for level in 1..=hint::LEVELS {
        let (mut page, mut used) = (String::new(), 0);
        for line in hint::text(workspace, ours, level)?.lines() {
            used += rows(line);
            if used >= MOST_LINES {
                pages.push(mem::take(&mut page) + &paint(DIM, "… more: h"));
                used = rows(line);
            }
            page = page + line + "\n";
        }
        pages.push(page);
    }
    Ok(pages)
}

/// How many rows of the terminal a line takes.
fn rows(line: &str) -> usize {
    strip_str(line).map(|text| text.chars().count()).sum::<usize>().div_ceil(width()).max(1)
}

fn clear() -> Result<()> {
    if stdout().is_terminal() { print("\x1b[2J\x1b[H") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_hint_is_on_a_page_that_fits() -> Result<()> {
        let workspace = Workspace::find()?;
        for ours in workspace.steps()? {
            let pages = hints(&workspace, &ours)?;
            let fits = |page: &String| page.lines().map(rows).sum::<usize>() <= MOST_LINES;
            assert!(pages.iter().all(fits), "{pages:?}");
            let shown = pages.iter().flat_map(|page| page.lines());
            let shown = shown.filter(|line| !line.contains("… more: h"));
            let all = (1..=hint::LEVELS).map(|level| hint::text(&workspace, &ours, level));
            let all = all.collect::<Result<String>>()?;
            assert!(shown.eq(all.lines()), "{}: {pages:?}", ours.name);
        }
        Ok(())
    }
}
