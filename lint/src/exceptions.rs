//! Findings that are meant, each with its reason.

use crate::finding::{Finding, Rule};
use anyhow::{Context, Result};
use lessons::Workspace;
use lessons::workspace::read;
use serde::{Deserialize, Deserializer};
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
    #[serde(deserialize_with = "one_or_several")]
    name: Vec<String>,
    reason: String,
}

/// A name, or a list of names that have one reason.
fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Names::deserialize(deserializer)? {
        Names::One(name) => vec![name],
        Names::Several(names) => names,
    })
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
            let mut complain = |name: &str, message: &str| {
                let (file, name, message) = (FILE.into(), name.into(), message.into());
                useless.push(Finding { rule: Rule::Exception, file, line: *line, name, message });
            };
            if exception.reason.trim().is_empty() {
                complain(&exception.name.join(", "), "an exception has a reason");
            }
            for name in &exception.name {
                let before = findings.len();
                findings.retain(|finding| !exception.allows(finding, name));
                if findings.len() == before {
                    complain(name, "nothing is found there any more: delete this exception");
                }
            }
        }
        findings.extend(useless);
        findings
    }
}

impl Exception {
    fn allows(&self, finding: &Finding, name: &str) -> bool {
        self.rule == finding.rule && self.file == finding.file && finding.name == name
    }
}
