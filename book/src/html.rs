//! Small pieces of HTML.

/// `text` as it stands between tags and in attributes.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(c),
        }
    }
    html
}

/// Names as a list of code: `a`, `b`.
pub fn code_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names.into_iter().map(|name| format!("<code>{}</code>", escape(name)));
    names.collect::<Vec<_>>().join(", ")
}

/// Markdown text whose only markup is code between backticks, as HTML.
pub fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(i, part)| match i % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}

/// A block of code that is highlighted, under the name of its file.
pub fn listing(label: &str, language: &str, code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let code = code.trim_end();
    format!(
        "<div class=\"listing\"><div class=\"file\">{label}</div>\n\n\
         {fence}{language}\n{code}\n{fence}\n\n</div>"
    )
}
