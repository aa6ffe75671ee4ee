//! A reader at a browser: opens pages, asks them, presses their buttons, and writes down what is
//! not as it should be.

use headless_chrome::browser::tab::EventListener;
use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Browser as Permissions, Emulation, Network};
use headless_chrome::types::PrintToPdfOptions;
use headless_chrome::{Browser, LaunchOptions, Tab};
use lessons::Workspace;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is looked for in the whole page by a function of this script.
const SCRIPT: &str = include_str!("page.js");
/// More than the slowest machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Reader {
    /// It ends when it is dropped.
    _browser: Browser,
    tab: Arc<Tab>,
    folder: PathBuf,
    /// Errors and requests that the browser tells of.
    told: Arc<Mutex<Vec<String>>>,
    pub faults: Vec<String>,
}

impl Reader {
    /// Builds the book and starts the browser.
    pub fn start(path: PathBuf) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        let problems = book::build(Workspace { root: root.into() }, &folder).expect("the book");
        let faults = problems.iter().map(ToString::to_string).collect();
        let flags =
            ["--disable-gpu", "--disable-quic", "--disable-component-update", "--hide-scrollbars"];
        let options = LaunchOptions {
            path: Some(path),
            // The pages are our own, and a superuser's Chromium has no sandbox.
            sandbox: false,
            idle_browser_timeout: PATIENCE,
            args: flags.map(OsStr::new).into(),
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).expect("the browser starts");
        let tab = browser.new_tab().expect("it opens a tab");
        tab.set_default_timeout(PATIENCE);
        let told = Arc::new(Mutex::new(Vec::new()));
        listen(&tab, &told);
        Reader { _browser: browser, tab, folder, told, faults }
    }

    /// The pages of the book.
    pub fn pages(&self) -> Vec<String> {
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

    /// Opens a page; another one than that which is open.
    pub fn open(&self, page: &str) {
        let path = self.folder.display().to_string().replace('\\', "/");
        let url = format!("file:///{}/{page}", path.trim_start_matches('/'));
        self.tab.navigate_to(&url).unwrap_or_else(|error| panic!("{page}: {error}"));
        let is_there =
            format!("document.readyState === 'complete' && location.href.endsWith('/{page}')");
        let start = Instant::now();
        while self.value(&is_there) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "{page} is not loaded");
            sleep(Duration::from_millis(10));
        }
    }

    pub fn resize(&self, width: u32) {
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

    pub fn emulate(&self, media: &str) {
        let media = Emulation::SetEmulatedMedia { media: Some(media.into()), features: None };
        self.tab.call_method(media).expect("another medium");
    }

    pub fn allow_scripts(&self, allowed: bool) {
        let off = Emulation::SetScriptExecutionDisabled { value: !allowed };
        self.tab.call_method(off).expect("scripts can be switched on and off");
    }

    /// What the document of the page, as it would be printed, says of each of its sheets.
    pub fn print(&self) -> Vec<String> {
        let pdf = self.tab.print_to_pdf(Some(PrintToPdfOptions::default())).expect("a document");
        assert!(pdf.starts_with(b"%PDF"), "it is a PDF");
        let text = String::from_utf8_lossy(&pdf);
        let sheets = text.split("endobj").filter(|object| object.contains("/Type /Page\n"));
        sheets.map(Into::into).collect()
    }

    /// What an expression is; the functions of `page.js` are there for it.
    pub fn value(&self, expression: &str) -> Value {
        let script = format!(
            "(async () => {{ {SCRIPT}\ntry {{ return JSON.stringify(await ({expression})); }} \
             catch (error) {{ return JSON.stringify({{ error: String(error) }}); }} }})()"
        );
        let object = self.tab.evaluate(&script, true).expect("a script runs");
        let text = object.value.as_ref().and_then(Value::as_str).unwrap_or("null").to_string();
        serde_json::from_str(&text).expect("a value")
    }

    pub fn text(&self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_default().into()
    }

    pub fn number(&self, expression: &str) -> u64 {
        self.value(expression).as_u64().unwrap_or_default()
    }

    pub fn run(&self, script: &str) {
        self.value(script);
    }

    /// Presses a key where the focus is.
    pub fn press(&self, key: &str) {
        self.tab.press_key(key).unwrap_or_else(|error| panic!("{key}: {error}"));
    }

    /// Clicks as a mouse does, on the middle of an element.
    pub fn click(&self, element: &str) {
        let middle = self.value(&format!("middleOf({element})"));
        let side = |name: &str| {
            middle[name].as_f64().unwrap_or_else(|| panic!("no {element} to click: {middle}"))
        };
        let point = Point { x: side("x"), y: side("y") };
        self.tab.click_point(point).unwrap_or_else(|error| panic!("{element}: {error}"));
    }

    /// A function that lists what is wrong lists nothing.
    pub fn expect_none(&mut self, place: &str, function: &str) {
        match self.value(function) {
            Value::Array(list) if list.is_empty() => {}
            Value::Array(list) => {
                self.faults.extend(list.iter().map(|fault| format!("{place}: {fault}")));
            }
            found => self.faults.push(format!("{place}: {function} is {found}")),
        }
    }

    pub fn expect_js(&mut self, what: &str, expression: &str, expected: bool) {
        let found = self.value(expression);
        if found != Value::Bool(expected) {
            self.faults.push(format!("{what}: {expression} is {found}, not {expected}"));
        }
    }

    pub fn expect<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.faults.push(format!("{what}: {found:?}, not {expected:?}"));
        }
    }

    pub fn wait_for(&mut self, what: &str, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            if start.elapsed() > PATIENCE / 4 {
                return self.faults.push(format!("{what}: {expression} does not come true"));
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// What the browser told since the last time is a fault.
    pub fn takes_note(&mut self, place: &str) {
        let told = std::mem::take(&mut *self.told.lock().expect("the list"));
        self.faults.extend(told.iter().map(|text| format!("{place}: {text}")));
    }

    /// Clicks a button as a mouse does and compares what lands on the clipboard.
    pub fn click_and_compare(&mut self, button: &str, expected: &str) {
        let permissions = vec![
            Permissions::PermissionType::ClipboardReadWrite,
            Permissions::PermissionType::ClipboardSanitizedWrite,
        ];
        let grant =
            Permissions::GrantPermissions { permissions, origin: None, browser_context_id: None };
        self.tab.call_method(grant).expect("the clipboard can be read");
        self.run("navigator.clipboard.writeText('nothing')");
        self.click(button);
        self.wait_for(button, "navigator.clipboard.readText().then((text) => text !== 'nothing')");
        let found = self.text("navigator.clipboard.readText()");
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
            Event::RuntimeConsoleAPICalled(event) => format!("{:?}", event.params.args),
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
