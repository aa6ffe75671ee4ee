//! The book as a whole, and what happens when a chapter asks for something that is not there.

use book::Problem;
use lessons::diff::FileDiff;
use lessons::line::Change;
use lessons::{Workspace, diff};
use mdbook_preprocessor::PreprocessorContext;
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::config::Config;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn workspace() -> Workspace {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("book lies in the workspace");
    Workspace { root: root.into() }
}

/// The chapter `file` of these lines with its directives replaced, and what is wrong with it.
fn applied(file: &str, text: &str) -> (String, Vec<Problem>) {
    let chapter = Chapter::new("a chapter", text.into(), file, Vec::new());
    let mut book = Book::new_with_items(vec![chapter.into()]);
    let problems = book::apply(&mut book, workspace()).expect("the steps can be read");
    let page = book.chapters().next().expect("the chapter is there").content.clone();
    (page, problems)
}

/// mdBook starts the program as a process; it gives the pages that the library gives.
#[test]
fn mdbook_gets_the_same_pages() {
    let chapter = |text: &str| Chapter::new("a chapter", text.into(), "test.md", Vec::new());
    let run = |text: &str| {
        let root = workspace().root.join("book");
        let context = PreprocessorContext::new(root, Config::default(), "html".into());
        let book = Book::new_with_items(vec![chapter(text).into()]);
        let mut program = Command::new(env!("CARGO_BIN_EXE_book"))
            .arg("preprocess")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = program.stdin.take().expect("it can be written to");
        serde_json::to_writer(stdin, &(context, book)).expect("it is read");
        program.wait_with_output().expect("the program ends")
    };
    let good = run("{{steps}}");
    assert!(good.status.success());
    let book: Book = serde_json::from_slice(&good.stdout).expect("a book");
    assert_eq!(book.chapters().next(), Some(&chapter(&applied("test.md", "{{steps}}").0)));
    let bad = run("{{cod}}");
    assert!(!bad.status.success());
    let message = String::from_utf8_lossy(&bad.stderr);
    assert!(
        message.starts_with("book/chapters/test.md:1: unknown directive `{{cod}}`"),
        "{message}"
    );
}

#[test]
fn mdbook_is_told_that_every_renderer_is_supported() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_book"));
    let status = program.args(["preprocess", "supports", "html"]).status();
    assert!(status.expect("the program starts").success());
}

/// What is wrong with a chapter of these lines.
fn problems(text: &str) -> Vec<String> {
    let (page, problems) = applied("test.md", text);
    assert_eq!(page.matches("class=\"problem\"").count(), problems.len(), "{page}");
    problems.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
}

#[test]
fn all_pages_are_there_and_whole() {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("book");
    let problems = book::build(workspace(), &target).expect("the book can be built");
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for step in workspace().steps().expect("the steps can be read") {
        let page = fs::read_to_string(target.join(format!("{}.html", step.name))).expect("a page");
        assert!(
            page.contains(&format!("cargo run -p {}", step.package())),
            "{}: output",
            step.name
        );
        if step.number > 1 {
            assert!(page.contains("class=\"diff"), "{}: difference", step.name);
        }
    }
    let ids = ids(&target);
    for page in ids.keys() {
        check_page(&target.join(page), &ids);
    }
    let files = fs::read_dir(&target).expect("the folder of the book").flatten();
    let mut files = files.map(|entry| entry.path());
    let index = files.find(|path| path.to_string_lossy().contains("searchindex"));
    let index = fs::read_to_string(index.expect("a search index")).expect("it can be read");
    assert!(index.contains("generation"));
}

#[test]
fn kept_figures_are_drawn_from_their_texts() {
    let figures = book::figures(&workspace().root.join("book/figures")).expect("they are drawn");
    assert!(!figures.is_empty());
    for (path, svg) in figures {
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == svg, "{}: draw it again by `cargo run -p book -- figures`", path.display());
    }
}

/// No directive is left, and every link leads to a place that exists.
fn check_page(path: &Path, ids: &HashMap<String, HashSet<String>>) {
    let text = fs::read_to_string(path).expect("the page can be read");
    let name = path.display();
    for directive in
        ["{{code", "{{diff", "{{output", "{{steps", "{{plot", "{{cost", "{{timeline", "{{player"]
    {
        assert!(!text.contains(directive), "{name}: {directive} is left");
    }
    let own = path.file_name().expect("a name").to_string_lossy();
    for link in text.split("href=\"").skip(1) {
        let link = link.split(['"', '?']).next().unwrap_or_default();
        let (page, id) = link.split_once('#').unwrap_or((link, ""));
        if link.contains(':') || (page.is_empty() && own == "404.html") {
            continue;
        }
        assert!(path.with_file_name(page).exists(), "{name}: there is no {page}");
        let page = if page.is_empty() { &own } else { page };
        assert!(id.is_empty() || ids[page].contains(id), "{name}: {page} has no place {id}");
    }
}

/// The pages in a folder, each with the ids in it, which are all different.
fn ids(folder: &Path) -> HashMap<String, HashSet<String>> {
    let mut found = HashMap::new();
    for page in fs::read_dir(folder).expect("the folder of the book") {
        let path = page.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("the page can be read");
            let list: Vec<&str> =
                text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let ids: HashSet<String> = list.iter().map(ToString::to_string).collect();
            assert_eq!(ids.len(), list.len(), "{name}: an id is there twice");
            found.insert(name, ids);
        }
    }
    found
}

/// The page shows the lines that the terminal shows: both print `lessons::diff`.
#[test]
fn a_page_shows_the_lines_of_the_difference() {
    let steps = workspace().steps().expect("the steps can be read");
    for (before, step) in steps.iter().zip(&steps[1..]) {
        let (page, problems) = applied("test.md", &format!("{{{{diff {}}}}}", step.name));
        assert!(problems.is_empty());
        let files = diff::of_steps(before, step).expect("a diff");
        let lines: Vec<_> =
            files.iter().filter(|file| file.is_changed()).flat_map(FileDiff::lines).collect();
        let count = |change| lines.iter().filter(|line| line.change == change).count();
        assert_eq!(page.matches("<ins").count(), count(Change::Added), "{}", step.name);
        assert_eq!(page.matches("<del").count(), count(Change::Removed), "{}", step.name);
    }
}

/// Step 23 moves items into files, and most of them have not changed on the way.
#[test]
fn an_item_that_has_moved_says_so() {
    let (page, problems) = applied("test.md", "{{diff step23}}");
    assert!(problems.is_empty(), "{problems:?}");
    let steps = workspace().steps().expect("the steps can be read");
    let files = diff::of_steps(&steps[21], &steps[22]).expect("a diff");
    for moves in files[0].moved_to.chunk_by(|a, b| a.1 == b.1) {
        let (item, file) = &moves[0];
        let item = item.replace('&', "&amp;");
        let says = format!("moved to <code>{file}</code>: <code>{item}</code>");
        assert!(page.contains(&says), "{says}");
    }
    let call = ["Call", "Backward::clear_outputs", "Backward::backward", "impl Call for CallOf"];
    let call = call.map(|name| format!("<code>{name}</code>")).join(", ");
    assert!(page.contains(&format!("moved to <code>src/call.rs</code>: {call}, ")), "{page}");
    for file in &files[1..] {
        let whole = page.split("<details class=\"diff whole\"").find(|w| w.contains(&file.file));
        let whole = whole.unwrap_or_else(|| panic!("{} is not there", file.file));
        let groups = file.pieces.chunk_by(|a, b| a.moved_from == b.moved_from);
        let folds = groups.filter(|pieces| pieces[0].moved_from.is_some()).count();
        let says = "moved from <code>src/lib.rs</code>";
        assert_eq!(whole.matches(says).count(), folds, "{}", file.file);
    }
    let (page, _) = applied("step23.md", "{{diff step23}}");
    assert!(page.contains("<dt>moved</dt>"), "{page}");
    assert!(
        !applied("test.md", "{{diff step22}}").0.contains("moved "),
        "nothing moves in step 22"
    );
}

#[test]
fn the_timeline_says_what_moves_and_what_fast_does() {
    let (page, _) = applied("test.md", "{{timeline}}");
    let row = |item: &str| {
        let mut rows = page.lines().map(|line| line.replace("<wbr>", ""));
        let row = rows.find(|line| line.starts_with(&format!("| <code>{item}</code> |")));
        row.unwrap_or_else(|| panic!("no row of {item}: {page}"))
    };
    let exp = row("exp");
    assert!(exp.contains("step23.html#whole-src-functions-rs"), "{exp}");
    assert!(exp.contains("title=\"exp moves to src/functions.rs in step 23\""), "{exp}");
    let call = row("CallOf");
    assert!(call.contains("CallOf changes and moves to src/call.rs in step 23"), "{call}");
    assert!(row("Variable::cleargrad").ends_with("| · | · |"), "{}", row("Variable::cleargrad"));
    let only_there = row("Gradient");
    assert!(only_there.contains("Gradient appears in fast, against step 18"), "{only_there}");
    assert!(only_there.starts_with("| <code>Gradient</code> |  |  |"), "{only_there}");
}

#[test]
fn each_file_of_a_library_has_a_row() {
    let page = applied("test.md", "{{files step23}}").0;
    for row in [
        "| `call.rs` | `Call`, `Backward`, `CallOf` |",
        "| `config.rs` | `ENABLE_BACKPROP`, `using_config`, `no_grad` |",
        "| `function.rs` | `Function` |",
        "| `numerical_diff.rs` | `numerical_diff` |",
    ] {
        assert!(page.contains(row), "{row}: {page}");
    }
    assert!(page.contains("`impl Add for &Variable`"), "the type is in another file: {page}");
    assert!(!page.contains("`impl Drop for VariableBox`") && !page.contains("lib.rs"), "{page}");
}

#[test]
fn a_mistake_is_named_with_its_line() {
    let expected = [
        ("text\n{{cod step07 Variable}}", "2: unknown directive `{{cod step07 Variable}}`"),
        ("{{code step99 Variable}}", "1: there is no `step99`"),
        ("{{mistake step16 two}}", "1: step16 has no mistake `two`; it has: one-list, "),
        ("{{output step07 2-9}}", "1: step07 prints the lines 1 to 5, not 2-9"),
        ("{{diff step01}}", "1: step01 is the first step"),
        ("{{files step22}}", "1: the library of step22 is one file"),
        ("{{plot step05}}", "1: there is a plot of step04, and several of step24"),
        ("{{player step12}}", "1: there is no run `step12` to step through; there are: step06,"),
        ("{{player step14 again}}", "1: there is no run `step14 again`"),
        ("{{cost step18 chain}}", "1: `cost step18 chain`: expected"),
        ("a {{steps}} b", "1: `{{steps …}}` has to be alone on its line"),
        ("```\nx\n```", "1: "),
        ("```graph\nx -> F -> y\n```", "1: a picture needs a line `alt:`"),
        ("a\n```graph\nalt: a\nx -> F -> y\n```", "2: a picture needs a line `caption:`"),
    ];
    for (text, message) in expected {
        let found = problems(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with(message), "{text}: {found:?}");
    }
}

#[test]
fn a_change_that_a_chapter_does_not_show_is_named() {
    let shown = |session: &str| {
        let text = format!(
            "{{{{diff step03}}}}\n{{{{output step03}}}}\n{{{{output-diff step03}}}}\n\
             {{{{diff step03 Exp, impl Function for Exp, Exp::forward}}}}\n{session}"
        );
        applied("step03.md", &text).1
    };
    let brace = "{{diff step03 end of impl Function for Exp}}";
    assert!(shown(&format!("{{{{diff step03 src/main.rs#use, main}}}}\n{brace}")).is_empty());
    for (session, missing) in [
        (&*format!("{{{{diff step03 main}}}}\n{brace}"), "{{diff step03 src/main.rs#use}}"),
        (&*format!("{{{{diff step03 src/main.rs#use}}}}\n{brace}"), "{{diff step03 main}}"),
        ("{{diff step03 src/main.rs#use, main}}", brace),
    ] {
        let found = shown(session);
        assert!(found.len() == 1 && found[0].message.contains(missing), "{session}");
    }
}

#[test]
fn a_chapter_that_is_too_long_is_named_with_its_number() {
    let with_words = |count: usize| {
        let problems = applied("step03.md", &"word ".repeat(count)).1;
        let found = problems.iter().map(|problem| problem.message.as_str());
        found.filter(|message| message.contains("words")).collect::<Vec<_>>().concat()
    };
    assert_eq!(with_words(1500), "");
    assert_eq!(with_words(1501), "the chapter has 1501 words of prose, and may have 1500");
}

/// Copied from the page, a difference is code: signs come from the style sheet.
#[test]
fn signs_and_prompts_are_no_text() {
    let (page, _) =
        applied("test.md", "{{diff step14 Variable::add_grad}}\n```console\n$ cargo run\n```");
    let (_, lines) = page.split_once("class=\"lines\"").expect("a difference");
    let (lines, after) = lines.split_once("</pre>").expect("its end");
    assert!(!lines.contains('−') && !lines.contains(">+"), "{lines}");
    assert!(after.contains("<span class=\"command\">cargo run</span>"), "{after}");
}

/// Step 10's session is another one than step 09's.
#[test]
fn outputs_without_a_common_line_are_not_compared() {
    let (page, problems) = applied("test.md", "{{output-diff step10}}");
    assert!(problems.is_empty() && !page.contains("<ins"), "{page}");
    let found = applied("step10.md", "{{diff step10}}\n{{output step10}}").1;
    assert!(found.iter().all(|problem| !problem.message.contains("output-diff")), "{found:?}");
    let found = applied("step14.md", "{{diff step14}}\n{{output step14}}").1;
    assert!(found.iter().any(|problem| problem.message.contains("output-diff")), "{found:?}");
}

#[test]
fn an_item_that_is_not_there_is_named() {
    for directive in ["{{code step07 Variable::backwards}}", "{{diff step07 Variable::backwards}}"]
    {
        let found = problems(directive);
        assert!(found.len() == 1 && found[0].contains("Variable::backwards"), "{found:?}");
    }
}
