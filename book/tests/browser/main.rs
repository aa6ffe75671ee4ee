//! The book as a reader sees it: each page in a browser, wide and narrow, light and dark, and on
//! paper; what its buttons do; and each run from its beginning to its end. Without Chromium or
//! Chrome nothing is tested, and a line says so.

mod chromium;
mod players;
mod reader;

use lessons::Workspace;
use reader::Reader;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::{self, available_parallelism};
use std::{fs, time::Instant};

/// The width of a screen.
const SCREEN: u32 = 1280;
/// The width of a phone.
const PHONE: u32 = 390;
/// The width of a sheet of A4 without its margins, at 96 points an inch.
const SHEET: u32 = 718;

/// What is looked at by one reader, whoever has time.
type Part = Box<dyn FnOnce(&mut Reader) + Send>;

#[test]
fn the_book_in_a_browser() {
    let Some(browser) = chromium::find() else {
        return say("skipped, there is no Chromium or Chrome");
    };
    let start = Instant::now();
    let (folder, mut faults) = build();
    say(&format!("the book is built: {:.1} s", start.elapsed().as_secs_f64()));
    let parts = Mutex::new(parts(&folder));
    // A tab that is not in front stands still, so each reader has a browser.
    let count = available_parallelism().map_or(1, |count| count.get().min(4));
    let read = |number: usize| {
        let profile = folder.with_file_name(format!("profile-{number}"));
        let mut reader = Reader::start(&browser, &profile, folder.clone());
        loop {
            let part = parts.lock().expect("the parts").pop();
            let Some(part) = part else { return reader.faults };
            part(&mut reader);
        }
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..count).map(|number| scope.spawn(move || read(number))).collect();
        for reader in readers {
            faults.extend(reader.join().expect("a reader comes to the end"));
        }
    });
    say(&format!("and read by {count}: {:.1} s", start.elapsed().as_secs_f64()));
    faults.sort();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The folder of the book, and what is wrong with it before it is looked at.
fn build() -> (PathBuf, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let problems = book::build(Workspace { root: root.into() }, &folder).expect("the book");
    (folder, problems.iter().map(ToString::to_string).collect())
}

/// The last are the first to be looked at: what takes longest.
fn parts(folder: &Path) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![
        Box::new(switches_and_folds),
        Box::new(copies),
        Box::new(searches),
        Box::new(keeps_heads),
        Box::new(players::answers_with_numbers),
    ];
    for page in pages(folder) {
        parts.push(Box::new(move |reader| looks_at(reader, &page)));
    }
    parts.push(Box::new(reads_without_scripts));
    parts
}

/// The pages of the book.
fn pages(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("the folder of the book").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let is_page = |name: &String| {
        let is_html = Path::new(name).extension().is_some_and(|ending| ending == "html");
        is_html && name != "toc.html" && name != "404.html"
    };
    let mut pages: Vec<String> = names.filter(is_page).collect();
    pages.sort();
    pages
}

/// Past the capture of the test's output: it is to be seen.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A page on a screen, on a phone and on paper, and the runs on it.
fn looks_at(reader: &mut Reader, page: &str) {
    reader.resize(SCREEN);
    reader.open(page);
    for width in [SCREEN, PHONE] {
        reader.resize(width);
        let place = format!("{page}, {width}");
        reader.expect_none(&place, "faultsOnScreen()");
        reader.takes_note(&place);
    }
    looks_at_paper(reader, page);
    players::steps_through_all(reader, page);
    reader.takes_note(page);
}

/// A sheet has the text alone, in light colours, and all of it, and none is empty.
fn looks_at_paper(reader: &mut Reader, page: &str) {
    reader.resize(SHEET);
    reader.emulate("print");
    reader.expect_none(&format!("{page}, printed"), "faultsOnPaper()");
    let sheets = reader.print();
    reader.emulate("");
    let empty = sheets.iter().filter(|sheet| !sheet.contains("/Font")).count();
    reader.expect(&format!("{page}, empty sheets of {}", sheets.len()), &empty, &0);
    reader.expect(&format!("{page}, sheets"), &sheets.is_empty(), &false);
}

/// The whole change is folded, a link opens it, and the whole file has nothing that is gone.
fn switches_and_folds(reader: &mut Reader) {
    reader.resize(SCREEN);
    reader.open("step14.html");
    reader.expect_js("a whole change is folded", "whole().open", false);
    reader.run("document.querySelector('.head a[href^=\"#whole\"]').click()");
    reader.wait_for("a link opens it", "whole().open");
    reader.expect_js("what is gone is shown", "shown(whole(), 'del')", true);
    let signs = "sign('ins') === '+' && sign('del') === '−'";
    reader.expect_js("lines have their signs", signs, true);
    reader.run("whole().querySelector('[data-show=whole]').click()");
    reader.expect_js("a whole file has no folds", "shown(whole(), '.lines summary')", false);
    reader.expect_js("nor what is gone", "shown(whole(), 'del')", false);
    reader.run("whole().querySelector('[data-show=changes]').click()");
    reader.expect_js("and back", "shown(whole(), 'del')", true);
    reader.run("document.querySelector('details.solution summary').click()");
    reader.expect_js("a solution opens", "document.querySelector('.solution').open", true);
    reader.open("index.html");
    reader.open("step14.html#whole-src-main-rs");
    reader.wait_for("a link from elsewhere opens it", "whole('main').open");
}

/// What lands on the clipboard is code and commands, without signs and what is gone.
fn copies(reader: &mut Reader) {
    reader.resize(SCREEN);
    reader.open("step14.html");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../step14/src/lib.rs");
    let source = fs::read_to_string(source).expect("step 14").replace("\r\n", "\n");
    reader.run("whole().open = true");
    reader.click_and_compare("whole().querySelector('.copy')", &source);
    reader.click_and_compare("document.querySelector('.head .copy')", "cargo run -p step14");
    let button = "document.querySelector('.console').closest('pre').querySelector('.clip-button')";
    reader.click_and_compare(button, "cargo run -p step14");
    let selected = reader.text("selectedText(document.querySelector('.diff .lines'))");
    let expected = ["pub fn cleargrad(&self) {", "self.grad.take();"];
    let has_all = expected.iter().all(|line| selected.contains(line));
    reader.expect("the new lines are selected", &has_all, &true);
    let has_signs = selected.lines().any(|line| line.starts_with(['+', '−']));
    reader.expect("signs are selected", &has_signs, &false);
    reader.run("whole().querySelector('[data-show=changes]').click()");
    reader.expect_none("selected and not in the newer version", "wronglySelected(whole())");
}

/// The head of the longest table does not go with its rows.
fn keeps_heads(reader: &mut Reader) {
    for width in [SCREEN, PHONE] {
        reader.resize(width);
        reader.open("timeline.html");
        reader.expect_js("the head", "keepsItsHead(document.querySelector('.wide'))", true);
    }
}

/// Search finds words of the book, in any script, and says so where it finds nothing.
fn searches(reader: &mut Reader) {
    reader.resize(SCREEN);
    reader.open("index.html");
    reader.run("document.getElementById('mdbook-search-toggle').click()");
    for (word, finds) in [("generation", true), ("역전파", true), ("xyzzy", false)] {
        reader.run(&format!("search('{word}')"));
        reader.wait_for(&format!("the results for {word}"), &format!("isAnswered('{word}')"));
        let found = reader.number("document.querySelectorAll('#mdbook-searchresults a').length");
        reader.expect(word, &(found > 0), &finds);
    }
}

/// Without scripts the text is there, code has its colours, no button does nothing, and each run
/// shows all of its frames, one below the other.
fn reads_without_scripts(reader: &mut Reader) {
    reader.resize(SCREEN);
    reader.allow_scripts(false);
    reader.open("step14.html");
    reader.expect_js("a keyword has a colour", "coloured('.listing .hljs-keyword')", true);
    reader.expect_js("buttons are hidden", "shown(document, '.copy')", false);
    for page in players::pages() {
        reader.open(&page);
        reader.expect_none(&format!("{page} without scripts"), "hiddenFrames()");
    }
    reader.allow_scripts(true);
}
