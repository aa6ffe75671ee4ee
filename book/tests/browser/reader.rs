//! A reader at a browser: opens pages, asks them, presses their buttons, and writes down what is
//! not as it should be.

use crate::chromium::{Browser, PATIENCE, Wire};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is looked for in the whole page by a function of this script.
const SCRIPT: &str = include_str!("page.js");

pub struct Reader {
    tab: Wire,
    /// It ends when it is dropped, after its tab.
    _browser: Browser,
    folder: PathBuf,
    pub faults: Vec<String>,
}

impl Reader {
    /// Starts a browser for the book in a folder.
    pub fn start(path: &Path, profile: &Path, folder: PathBuf) -> Self {
        let mut browser = Browser::start(path, profile);
        let mut tab = browser.tab();
        for domain in ["Network", "Log", "Runtime"] {
            tab.call(&format!("{domain}.enable"), &json!({}));
        }
        Reader { tab, _browser: browser, folder, faults: Vec::new() }
    }

    /// Opens a page, anew if it is open.
    pub fn open(&mut self, page: &str) {
        let path = self.folder.display().to_string().replace('\\', "/");
        let url = format!("file:///{}/{page}", path.trim_start_matches('/'));
        self.evaluate("window.isLeft = true");
        self.tab.call("Page.navigate", &json!({ "url": url }));
        let is_there = "!window.isLeft && document.readyState === 'complete'";
        let start = Instant::now();
        while self.evaluate(is_there) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "{page} is not loaded");
            sleep(Duration::from_millis(5));
        }
    }

    /// To a screen of this width, or to what a phone shows of a page.
    pub fn resize(&mut self, width: u32) {
        let height = if width < 620 { 664 } else { 900 };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tab.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    pub fn emulate(&mut self, media: &str) {
        self.tab.call("Emulation.setEmulatedMedia", &json!({ "media": media }));
    }

    pub fn allow_scripts(&mut self, allowed: bool) {
        self.tab.call("Emulation.setScriptExecutionDisabled", &json!({ "value": !allowed }));
    }

    /// What the document of the page, as it would be printed, says of each of its sheets.
    pub fn print(&mut self) -> Vec<String> {
        // Its tags are for those who listen to it, and take as long as all the rest.
        let printed = self.tab.call("Page.printToPDF", &json!({ "generateTaggedPDF": false }));
        let data = printed["data"].as_str().expect("a document");
        let pdf = BASE64_STANDARD.decode(data).expect("a document");
        assert!(pdf.starts_with(b"%PDF"), "it is a PDF");
        let text = String::from_utf8_lossy(&pdf);
        let sheets = text.split("endobj").filter(|object| object.contains("/Type /Page\n"));
        sheets.map(Into::into).collect()
    }

    /// What an expression is, once it is there.
    fn evaluate(&mut self, expression: &str) -> Value {
        let script =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        self.tab.call("Runtime.evaluate", &script)["result"]["value"].take()
    }

    /// What an expression is; the functions of `page.js` are there for it.
    pub fn value(&mut self, expression: &str) -> Value {
        self.evaluate(&format!(
            "(async () => {{ {SCRIPT}\ntry {{ return await ({expression}); }} \
             catch (error) {{ return {{ error: String(error) }}; }} }})()"
        ))
    }

    pub fn text(&mut self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_default().into()
    }

    pub fn number(&mut self, expression: &str) -> u64 {
        self.value(expression).as_u64().unwrap_or_default()
    }

    pub fn run(&mut self, script: &str) {
        self.value(&format!("({script}, null)"));
    }

    /// Presses a key where the focus is.
    pub fn press(&mut self, key: &str) {
        for event in ["keyDown", "keyUp"] {
            let key = json!({ "type": event, "key": key, "code": key });
            self.tab.call("Input.dispatchKeyEvent", &key);
        }
    }

    /// Clicks as a mouse does, on the middle of an element.
    pub fn click(&mut self, element: &str) {
        let middle = self.value(&format!("settle().then(() => middleOf({element}))"));
        assert!(middle["x"].is_number(), "no {element} to click: {middle}");
        for event in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if event == "mouseMoved" { "none" } else { "left" };
            let (x, y) = (&middle["x"], &middle["y"]);
            let click = json!({ "type": event, "x": x, "y": y, "button": button, "clickCount": 1 });
            self.tab.call("Input.dispatchMouseEvent", &click);
        }
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
            sleep(Duration::from_millis(10));
        }
    }

    /// What the browser told since the last time is a fault.
    pub fn takes_note(&mut self, place: &str) {
        let told = std::mem::take(&mut self.tab.told);
        self.faults.extend(told.iter().map(|text| format!("{place}: {text}")));
    }

    /// Clicks a button as a mouse does and compares what lands on the clipboard.
    pub fn click_and_compare(&mut self, button: &str, expected: &str) {
        let permissions = json!(["clipboardReadWrite", "clipboardSanitizedWrite"]);
        self.tab.call("Browser.grantPermissions", &json!({ "permissions": permissions }));
        self.run("await navigator.clipboard.writeText('nothing')");
        self.click(button);
        self.wait_for(button, "navigator.clipboard.readText().then((text) => text !== 'nothing')");
        let found = self.text("navigator.clipboard.readText()");
        self.expect(button, &found.trim_end(), &expected.trim_end());
    }
}
