//! Findings that are meant, each with its reason.

use super::{Finding, Rule};
use anyhow::Result;
use lessons::Workspace;
use lessons::workspace::read;

pub const FILE: &str = "xtask/lint-exceptions.txt";

pub struct Exceptions(Vec<Exception>);

struct Exception {
    line: usize,
    /// Rule, file and name; `None` if the line does not say them and a reason.
    key: Option<[String; 3]>,
}

impl Exceptions {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let text = read(&workspace.root.join(FILE))?;
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        Ok(Exceptions(lines.map(|(i, line)| Exception { line: i + 1, key: key(line) }).collect()))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The findings that are not meant, and the exceptions that are not needed.
    pub fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let is = |finding: &Finding, [rule, file, name]: &[String; 3]| {
            finding.rule.word() == rule && finding.file == *file && finding.name == *name
        };
        let unneeded = self.0.iter().filter_map(|exception| {
            let message = match &exception.key {
                None => "an exception is `rule | file | name | reason`",
                Some(key) if findings.iter().any(|finding| is(finding, key)) => return None,
                Some(_) => "nothing is found there any more: delete this exception",
            };
            Some(Finding {
                rule: Rule::Exception,
                file: FILE.into(),
                line: exception.line,
                name: String::new(),
                message: message.into(),
            })
        });
        let unneeded: Vec<Finding> = unneeded.collect();
        let keys: Vec<_> = self.0.iter().filter_map(|exception| exception.key.as_ref()).collect();
        let mut left = findings;
        left.retain(|finding| !keys.iter().any(|key| is(finding, key)));
        left.extend(unneeded);
        left
    }
}

fn key(line: &str) -> Option<[String; 3]> {
    let parts: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
    let [rule, file, name, reason] = parts.try_into().ok()?;
    (!reason.is_empty()).then(|| [rule, file, name].map(String::from))
}
