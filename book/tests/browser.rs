//! The book as a reader sees it: each page in a browser, wide and narrow, light and dark, and what
//! its buttons do. Without Chromium or Chrome nothing is tested, and a line says so.

use headless_chrome::browser::default_executable;
use headless_chrome::browser::tab::EventListener;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Browser as Permissions, Emulation, Network};
use headless_chrome::types::PrintToPdfOptions;
use headless_chrome::{Browser, LaunchOptions, Tab};
use lessons::Workspace;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

/// The width of a screen.
const SCREEN: u32 = 1280;
/// The width of a phone.
const PHONE: u32 = 390;
/// The width of a sheet of A4 without its margins, at 96 points an inch.
const SHEET: u32 = 718;
/// What is looked for in the whole page by a function of this script.
const SCRIPT: &str = include_str!("browser.js");

/// One browser for all, since it takes a while to start.
#[test]
#[ignore = "takes minutes, and depends on the speed of the machine: run it with --ignored"]
fn the_book_in_a_browser() {
    let path = match default_executable() {
        Ok(path) => path,
        Err(error) => {
            // Past the capture of the test's output: it is to be seen.
            let _ = writeln!(io::stderr(), "skipped, there is no Chromium or Chrome: {error}");
            return;
        }
    };
    let mut reader = Reader::start(path);
    reader.looks_at_all_pages();
    reader.makes_a_document();
    reader.switches_and_folds();
    reader.copies();
    reader.searches();
    reader.reads_without_scripts();
    assert!(reader.faults.is_empty(), "{}", reader.faults.join("\n"));
}

struct Reader {
    /// It ends when it is dropped.
    _browser: Browser,
    tab: Arc<Tab>,
    folder: PathBuf,
    /// Errors and requests that the browser tells of.
    told: Arc<Mutex<Vec<String>>>,
    faults: Vec<String>,
}

impl Reader {
    fn start(path: PathBuf) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        let problems = book::build(Workspace { root: root.into() }, &folder).expect("the book");
        let mut faults: Vec<String> = problems.iter().map(ToString::to_string).collect();
        faults.sort();
        let flags = [
            "--disable-quic",
            "--no-first-run",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        let options = LaunchOptions {
            path: Some(path),
            // The pages are our own, and a superuser's Chromium has no sandbox.
            sandbox: false,
            idle_browser_timeout: Duration::from_secs(120),
            args: flags.map(OsStr::new).into(),
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).expect("the browser starts");
        let tab = browser.new_tab().expect("it opens a tab");
        tab.set_default_timeout(Duration::from_secs(60));
        let told = Arc::new(Mutex::new(Vec::new()));
        listen(&tab, &told);
        Reader { _browser: browser, tab, folder, told, faults }
    }

    /// Each page on a screen, on a phone and on paper.
    fn looks_at_all_pages(&mut self) {
        for page in self.pages() {
            self.resize(SCREEN);
            self.open(&page);
            self.looks_at_a_page(&format!("{page}, {SCREEN}"));
            self.resize(PHONE);
            self.run("hideSidebar()");
            self.looks_at_a_page(&format!("{page}, {PHONE}"));
            self.looks_at_paper(&page);
        }
    }

    /// It is not wider than the screen, no script fails, nothing is asked of another host, and what
    /// scrolls can be reached by the keyboard and has a name.
    fn looks_at_a_page(&mut self, place: &str) {
        self.run("settle()");
        for theme in ["light", "navy"] {
            self.run(&format!("document.getElementById('mdbook-theme-{theme}').click()"));
            self.expect_none(&format!("{place}, {theme}"), "tooWide()");
            self.expect_none(&format!("{place}, {theme}"), "unnamedBoxes()");
        }
        let told = std::mem::take(&mut *self.told.lock().expect("the list"));
        self.faults.extend(told.iter().map(|text| format!("{place}: {text}")));
    }

    /// A sheet has the text alone, in light colours, and all of it.
    fn looks_at_paper(&mut self, page: &str) {
        self.resize(SHEET);
        self.emulate("print");
        for question in ["tooWide()", "cut()", "besideTheText()", "darkOnPaper()"] {
            self.expect_none(&format!("{page}, printed"), question);
        }
        self.emulate("");
    }

    fn makes_a_document(&mut self) {
        self.open("step14.html");
        let pdf = self.tab.print_to_pdf(Some(PrintToPdfOptions::default())).expect("a document");
        self.expect("a printed page", &pdf.starts_with(b"%PDF"), &true);
    }

    /// The whole change is folded, a link opens it, and the whole file has nothing that is gone.
    fn switches_and_folds(&mut self) {
        self.resize(SCREEN);
        self.open("step14.html");
        self.expect_js("a whole change is folded", "whole().open", false);
        self.run("document.querySelector('.head a[href^=\"#whole\"]').click()");
        self.wait_for("a link opens it", "whole().open");
        self.expect_js("what is gone is shown", "shown(whole(), 'del')", true);
        let signs = "sign('ins') === '+' && sign('del') === '−'";
        self.expect_js("lines have their signs", signs, true);
        self.run("whole().querySelector('[data-show=whole]').click()");
        self.expect_js("a whole file has no folds", "shown(whole(), '.lines summary')", false);
        self.expect_js("nor what is gone", "shown(whole(), 'del')", false);
        self.run("whole().querySelector('[data-show=changes]').click()");
        self.expect_js("and back", "shown(whole(), 'del')", true);
        self.run("document.querySelector('details.solution summary').click()");
        self.expect_js("a solution opens", "document.querySelector('.solution').open", true);
        self.open("step14.html#whole-src-main-rs");
        self.wait_for("a link from elsewhere opens it", "whole('main').open");
    }

    /// What lands on the clipboard is code and commands, without signs and what is gone.
    fn copies(&mut self) {
        self.open("step14.html");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../step14/src/lib.rs");
        let source = fs::read_to_string(source).expect("step 14").replace("\r\n", "\n");
        self.run("whole().open = true");
        self.click_and_compare("details.whole .copy", &source);
        self.click_and_compare(".head .copy", "cargo run -p step14");
        self.run("document.querySelector('.console').closest('pre').classList.add('the-console')");
        self.click_and_compare(".the-console .clip-button", "cargo run -p step14");
        let selected = self.value("selectedText(document.querySelector('.diff .lines'))");
        let selected = selected.as_str().unwrap_or_default();
        let expected = ["pub fn cleargrad(&self) {", "self.grad.take();"];
        let has_all = expected.iter().all(|line| selected.contains(line));
        self.expect("the new lines are selected", &has_all, &true);
        let has_signs = selected.lines().any(|line| line.starts_with(['+', '−']));
        self.expect("signs are selected", &has_signs, &false);
    }

    /// Search finds words of the book, in any script, and says so where it finds nothing.
    fn searches(&mut self) {
        self.open("index.html");
        self.run("document.getElementById('mdbook-search-toggle').click()");
        for (word, finds) in [("generation", true), ("역전파", true), ("xyzzy", false)] {
            self.run(&format!("search('{word}')"));
            self.wait_for(&format!("the results for {word}"), &format!("isAnswered('{word}')"));
            let found = self.value("document.querySelectorAll('#mdbook-searchresults a').length");
            self.expect(word, &(found.as_u64() > Some(0)), &finds);
        }
    }

    /// Without scripts the text is there, code has its colours, and no button does nothing.
    fn reads_without_scripts(&mut self) {
        let off = |value| Emulation::SetScriptExecutionDisabled { value };
        self.tab.call_method(off(true)).expect("scripts can be switched off");
        self.open("step14.html");
        self.expect_js("a keyword has a colour", "coloured('.listing .hljs-keyword')", true);
        self.expect_js("buttons are hidden", "shown(document, '.copy')", false);
        self.tab.call_method(off(false)).expect("and on");
    }

    fn pages(&self) -> Vec<String> {
        let files = fs::read_dir(&self.folder).expect("the folder of the book").flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let is_page = |name: &String| {
            let is_html = Path::new(name).extension().is_some_and(|ending| ending == "html");
            is_html && name != "toc.html" && name != "404.html"
        };
        let mut pages: Vec<String> = names.filter(is_page).collect();
        pages.sort();
        pages
    }

    fn open(&self, page: &str) {
        let path = self.folder.display().to_string().replace('\\', "/");
        let url = format!("file:///{}/{page}", path.trim_start_matches('/'));
        // A page that differs in its fragment only would not be loaded again.
        self.tab.navigate_to("about:blank").expect("an empty page");
        self.tab.navigate_to(&url).unwrap_or_else(|error| panic!("{page}: {error}"));
        let start = Instant::now();
        while self.value("document.readyState === 'complete' && location.protocol === 'file:'")
            != Value::Bool(true)
        {
            assert!(start.elapsed() < Duration::from_secs(60), "{page} is not loaded");
            sleep(Duration::from_millis(10));
        }
    }

    fn resize(&self, width: u32) {
        let metrics = Emulation::SetDeviceMetricsOverride {
            width,
            height: 900,
            device_scale_factor: 1.0,
            mobile: false,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(metrics).expect("the window has another size");
    }

    fn emulate(&self, media: &str) {
        let media = Emulation::SetEmulatedMedia { media: Some(media.into()), features: None };
        self.tab.call_method(media).expect("another medium");
    }

    /// What an expression is; the functions of `browser.js` are there for it.
    fn value(&self, expression: &str) -> Value {
        let script = format!(
            "(async () => {{ {SCRIPT}\ntry {{ return JSON.stringify(await ({expression})); }} \
             catch (error) {{ return JSON.stringify({{ error: String(error) }}); }} }})()"
        );
        let object = self.tab.evaluate(&script, true).expect("a script runs");
        let text = object.value.as_ref().and_then(Value::as_str).unwrap_or("null").to_string();
        serde_json::from_str(&text).expect("a value")
    }

    fn run(&self, script: &str) {
        self.value(script);
    }

    /// A function that lists what is wrong lists nothing.
    fn expect_none(&mut self, place: &str, function: &str) {
        match self.value(function) {
            Value::Array(list) if list.is_empty() => {}
            found => self.faults.push(format!("{place}: {function} finds {found}")),
        }
    }

    fn expect_js(&mut self, what: &str, expression: &str, expected: bool) {
        let found = self.value(expression);
        if found != Value::Bool(expected) {
            self.faults.push(format!("{what}: {expression} is {found}, not {expected}"));
        }
    }

    fn expect<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.faults.push(format!("{what}: {found:?}, not {expected:?}"));
        }
    }

    fn wait_for(&mut self, what: &str, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            if start.elapsed() > Duration::from_secs(20) {
                return self.faults.push(format!("{what}: {expression} does not come true"));
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Clicks a button as a mouse does and compares what lands on the clipboard.
    fn click_and_compare(&mut self, button: &str, expected: &str) {
        let permissions = vec![
            Permissions::PermissionType::ClipboardReadWrite,
            Permissions::PermissionType::ClipboardSanitizedWrite,
        ];
        let grant =
            Permissions::GrantPermissions { permissions, origin: None, browser_context_id: None };
        self.tab.call_method(grant).expect("the clipboard can be read");
        self.run("navigator.clipboard.writeText('nothing')");
        let element = self.tab.find_element(button).unwrap_or_else(|_| panic!("no {button}"));
        element.click().unwrap_or_else(|error| panic!("{button}: {error}"));
        self.wait_for(button, "navigator.clipboard.readText().then((text) => text !== 'nothing')");
        let found = self.value("navigator.clipboard.readText()");
        let found = found.as_str().unwrap_or_default();
        self.expect(button, &found.trim_end(), &expected.trim_end());
    }
}

/// Notes what goes wrong on a page and what it asks of others.
fn listen(tab: &Arc<Tab>, told: &Arc<Mutex<Vec<String>>>) {
    let network = Network::Enable {
        max_total_buffer_size: None,
        max_resource_buffer_size: None,
        max_post_data_size: None,
        report_direct_socket_traffic: None,
        enable_durable_messages: None,
    };
    tab.call_method(network).expect("requests are told");
    tab.enable_log().expect("the log is told");
    tab.enable_runtime().expect("exceptions are told");
    let told = Arc::clone(told);
    let listener = move |event: &Event| {
        let text = match event {
            Event::LogEntryAdded(event) => event.params.entry.text.clone(),
            Event::RuntimeExceptionThrown(event) => {
                format!("{:?}", event.params.exception_details)
            }
            Event::NetworkRequestWillBeSent(event) => {
                let url = &event.params.request.url;
                if ["file:", "data:", "about:"].iter().any(|own| url.starts_with(own)) {
                    return;
                }
                format!("asks for {url}")
            }
            _ => return,
        };
        told.lock().expect("the list").push(text);
    };
    let listener: Arc<dyn EventListener<Event> + Send + Sync> = Arc::new(listener);
    tab.add_event_listener(listener).expect("events are told");
}
