//! Findings that are meant, each with its reason.

use crate::finding::{Finding, Rule};
use anyhow::{Context, Result};
use lessons::Workspace;
use lessons::workspace::read;
use serde::Deserialize;
use toml::Spanned;

/// The file of the exceptions, from the workspace.
pub const FILE: &str = "lint/exceptions.toml";

pub struct Exceptions {
    /// Each with the number of its first line.
    list: Vec<(usize, Exception)>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    exception: Vec<Spanned<Exception>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    rule: Rule,
    file: String,
    name: String,
    reason: String,
}

impl Exceptions {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let text = read(&workspace.root.join(FILE))?;
        let file: File = toml::from_str(&text).context(FILE)?;
        let line = |start: usize| text[..start].matches('\n').count() + 1;
        let list = file.exception.into_iter();
        Ok(Exceptions { list: list.map(|e| (line(e.span().start), e.into_inner())).collect() })
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The findings that are not meant, and the exceptions that are not needed.
    pub fn apply(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let mut useless = Vec::new();
        for (line, exception) in &self.list {
            let before = findings.len();
            findings.retain(|finding| !exception.allows(finding));
            let message = if exception.reason.trim().is_empty() {
                "an exception has a reason"
            } else if findings.len() == before {
                "nothing is found there any more: delete this exception"
            } else {
                continue;
            };
            useless.push(Finding {
                rule: Rule::Exception,
                file: FILE.into(),
                line: *line,
                name: exception.name.clone(),
                message: message.into(),
            });
        }
        findings.extend(useless);
        findings
    }
}

impl Exception {
    fn allows(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.file == finding.file && self.name == finding.name
    }
}
