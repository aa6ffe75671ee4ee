//! A chapter, line by line: directives and pictures are replaced, all else stays.

use crate::directive;
use crate::html::escape;
use crate::pictures;
use crate::problem::Problem;
use crate::shown::Shown;
use crate::steps::Steps;
use anyhow::Result;

/// What a chapter has become.
pub struct Page {
    /// Markdown and HTML, without directives.
    pub text: String,
    /// What the chapter has shown.
    pub shown: Shown,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Renders the chapter `text` of `file`.
pub fn render(file: &str, text: &str, steps: &Steps) -> Page {
    let page = Page { text: String::new(), shown: Shown::default(), problems: Vec::new() };
    let mut writer = Writer { file, steps, page };
    let mut lines = text.lines().enumerate();
    while let Some((i, line)) = lines.next() {
        match Fence::open(line) {
            Some(fence) => {
                let inside: Vec<&str> = lines
                    .by_ref()
                    .map(|(_, line)| line)
                    .take_while(|line| !fence.is_closed_by(line))
                    .collect();
                writer.fence(i + 1, &fence, &inside);
            }
            None => writer.line(i + 1, line),
        }
    }
    writer.page
}

struct Writer<'a> {
    file: &'a str,
    steps: &'a Steps,
    page: Page,
}

impl Writer<'_> {
    /// Writes `result` with the indentation of the line it stands for.
    fn put(&mut self, number: usize, line: &str, result: Result<String>) {
        let text = result.unwrap_or_else(|error| {
            let message = format!("{error:#}");
            let html = format!("<p class=\"problem\">{}</p>", escape(&message));
            self.page.problems.push(Problem { file: self.file.into(), line: number, message });
            html
        });
        let indent = &line[..line.len() - line.trim_start_matches([' ', '>']).len()];
        for line in text.lines() {
            let indent = if line.is_empty() { indent.trim_end() } else { indent };
            self.page.text += &format!("{indent}{line}\n");
        }
    }

    fn line(&mut self, number: usize, line: &str) {
        if let Some(directive) = alone(line) {
            let result = directive::block(directive, self.steps, &mut self.page.shown);
            // Blank lines keep it apart from the paragraphs around it.
            self.page.text.push('\n');
            self.put(number, line, result);
            self.page.text.push('\n');
        } else {
            let result = inline(line, self.steps);
            self.put(number, "", result);
            if line.trim().is_empty() {
                self.page.text.push('\n');
            }
        }
    }

    fn fence(&mut self, number: usize, fence: &Fence, inside: &[&str]) {
        let indent = fence.indent;
        let dedented = inside.iter().map(|line| line.get(indent.len()..).unwrap_or("").trim_end());
        let dedented: Vec<&str> = dedented.collect();
        if let Some(picture) = pictures::render(fence.info, &dedented) {
            let picture = picture.map_err(|(line, error)| (number + line, error));
            let (at, result) = match picture {
                Ok(html) => (number, Ok(format!("\n{html}\n\n"))),
                Err((at, error)) => (at, Err(error)),
            };
            self.put(at, indent, result);
            return;
        }
        let result = fence.check().map(|()| {
            let (mark, info) = (fence.mark, fence.info);
            let lines = dedented.iter().map(|line| format!("{line}\n"));
            format!("{mark}{info}\n{}{mark}\n", lines.collect::<String>())
        });
        self.put(number, indent, result);
    }
}

/// The directive, if there is nothing else on the line.
fn alone(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains("{{")).then(|| inner.trim())
}

/// A line of text with the values that it asks for; code between backticks stays as it is.
fn inline(line: &str, steps: &Steps) -> Result<String> {
    let mut text = String::new();
    for (i, part) in line.split('`').enumerate() {
        if i > 0 {
            text.push('`');
        }
        if i % 2 == 1 {
            text += part;
            continue;
        }
        let mut rest = part;
        while let Some((before, directive)) = rest.split_once("{{") {
            let Some((directive, after)) = directive.split_once("}}") else {
                anyhow::bail!("`{{{{` without `}}}}` on the same line");
            };
            text += before;
            text += &directive::inline(directive.trim(), steps)?;
            rest = after;
        }
        text += rest;
    }
    Ok(text)
}

/// The line that opens a block of code.
struct Fence<'a> {
    /// What stands before it: spaces, and `>` in a quotation.
    indent: &'a str,
    /// Backticks or tildes.
    mark: &'a str,
    /// What follows them: the language.
    info: &'a str,
}

/// The languages that a block of code may be in.
const LANGUAGES: [&str; 7] =
    ["console", "python", "rust,compile_fail", "rust,ignore", "text", "toml", "markdown"];

impl<'a> Fence<'a> {
    fn open(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches([' ', '>']);
        let first = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = text.trim_start_matches(first);
        let length = text.len() - info.len();
        if length < 3 || (first == '`' && info.contains('`')) {
            return None;
        }
        let indent = &line[..line.len() - text.len()];
        Some(Fence { indent, mark: &text[..length], info: info.trim() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '>']).trim_end();
        line.starts_with(self.mark)
            && line.trim_start_matches(self.mark.as_bytes()[0] as char).is_empty()
    }

    fn check(&self) -> Result<()> {
        let languages = LANGUAGES.join(", ");
        anyhow::ensure!(
            !self.info.is_empty(),
            "a block of code without a language: one of {languages}, graph, owners"
        );
        anyhow::ensure!(
            LANGUAGES.contains(&self.info),
            "`{}` is no language of a block of code here: one of {languages}, graph, owners",
            self.info
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_alone_on_its_line() {
        assert_eq!(alone("   {{ diff step07 }}  "), Some("diff step07"));
        assert_eq!(alone("{{cost a}} and {{cost b}}"), None);
        assert_eq!(alone("see {{steps}}"), None);
    }

    #[test]
    fn a_fence_is_closed_by_its_own_mark() {
        let fence = Fence::open("  ````rust,ignore").unwrap();
        assert_eq!((fence.indent, fence.mark, fence.info), ("  ", "````", "rust,ignore"));
        assert!(fence.is_closed_by("````") && fence.is_closed_by("  `````"));
        assert!(!fence.is_closed_by("```") && !fence.is_closed_by("````rust"));
        assert!(Fence::open("``` a `b` ```").is_none());
        assert!(Fence::open("> ```text").unwrap().is_closed_by("> ```"));
    }
}
