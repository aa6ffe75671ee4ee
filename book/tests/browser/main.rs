//! The book as a reader sees it: each page in a browser, wide and narrow, light and dark, and on
//! paper; what its buttons do; and each run from its beginning to its end. Without Chromium or
//! Chrome nothing is tested, and a line says so.

mod players;
mod reader;

use headless_chrome::browser::default_executable;
use reader::Reader;
use std::io::{self, Write};
use std::path::Path;
use std::{fs, time::Instant};

/// The width of a screen.
const SCREEN: u32 = 1280;
/// The width of a phone.
const PHONE: u32 = 390;
/// The width of a sheet of A4 without its margins, at 96 points an inch.
const SHEET: u32 = 718;

/// One browser for all, since it takes a while to start.
#[test]
fn the_book_in_a_browser() {
    let path = match default_executable() {
        Ok(path) => path,
        Err(error) => {
            say(&format!("skipped, there is no Chromium or Chrome: {error}"));
            return;
        }
    };
    let mut reader = Reader::start(path);
    timed(&mut reader, "all pages", looks_at_all_pages);
    timed(&mut reader, "players", players::steps_through_all);
    timed(&mut reader, "switches and folds", switches_and_folds);
    timed(&mut reader, "copies", copies);
    timed(&mut reader, "search", searches);
    timed(&mut reader, "without scripts", reads_without_scripts);
    assert!(reader.faults.is_empty(), "{}", reader.faults.join("\n"));
}

fn timed(reader: &mut Reader, name: &str, part: fn(&mut Reader)) {
    let start = Instant::now();
    part(reader);
    say(&format!("{name}: {:.1} s", start.elapsed().as_secs_f64()));
}

/// Past the capture of the test's output: it is to be seen.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Each page on a screen, on a phone and on paper.
fn looks_at_all_pages(reader: &mut Reader) {
    for page in reader.pages() {
        reader.resize(SCREEN);
        reader.open(&page);
        for width in [SCREEN, PHONE] {
            reader.resize(width);
            let place = format!("{page}, {width}");
            reader.expect_none(&place, "faultsOnScreen()");
            reader.takes_note(&place);
        }
        looks_at_paper(reader, &page);
    }
}

/// A sheet has the text alone, in light colours, and all of it, and none is empty.
fn looks_at_paper(reader: &mut Reader, page: &str) {
    reader.resize(SHEET);
    reader.emulate("print");
    reader.expect_none(&format!("{page}, printed"), "faultsOnPaper()");
    reader.emulate("");
    let sheets = reader.print();
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
}

/// Search finds words of the book, in any script, and says so where it finds nothing.
fn searches(reader: &mut Reader) {
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
