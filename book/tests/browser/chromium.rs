//! A Chromium or Chrome without a window, and how a tab of it is talked to: by JSON, one call after
//! the other, see <https://chromedevtools.github.io/devtools-protocol/>.
//!
//! Own code, because the libraries there are bring tens of thousands of lines for the whole protocol,
//! and the one that needs no runtime waits a tenth of a second before each call.

use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};
use tungstenite::{Message, WebSocket};

/// More than the slowest machine needs.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Under which names it is looked for, where the system looks for programs; some have a place.
const NAMES: [&str; 11] = [
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge",
];
const FLAGS: [&str; 14] = [
    "--headless",
    // The pages are our own, and a superuser's Chromium has no sandbox.
    "--no-sandbox",
    // What it asks of others on its own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    // Any that is free; which, it writes down.
    "--remote-debugging-port=0",
];

/// The program that `CHROME` names, or else the first that is found.
pub fn find() -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let places = |name: &str| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&folders).map(move |folder| folder.join(&file)).collect::<Vec<_>>()
    };
    let named = env::var_os("CHROME").map(PathBuf::from).into_iter();
    let mut found = named.chain(NAMES.into_iter().flat_map(places));
    found.find(|path| path.is_file())
}

/// A browser that runs; it ends when it is dropped.
pub struct Browser {
    process: Child,
    wire: Wire,
    address: String,
}

impl Browser {
    /// Starts the program, with nothing in its memory; what it keeps goes into the folder `profile`.
    pub fn start(path: &Path, profile: &Path) -> Self {
        let _ = fs::remove_dir_all(profile);
        let folder = format!("--user-data-dir={}", profile.display());
        let (out, err) = (Stdio::null(), Stdio::null());
        let mut command = Command::new(path);
        let started = command.args(FLAGS).arg(folder).stdout(out).stderr(err).spawn();
        let process = started.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let start = Instant::now();
        let (port, place) = loop {
            let written = fs::read_to_string(profile.join("DevToolsActivePort"));
            let written = written.unwrap_or_default();
            if let Some((port, place)) = written.split_once('\n').filter(|(_, to)| !to.is_empty()) {
                break (port.to_owned(), place.trim().to_owned());
            }
            assert!(start.elapsed() < PATIENCE, "{} does not listen", path.display());
            sleep(Duration::from_millis(20));
        };
        let address = format!("127.0.0.1:{port}");
        Browser { process, wire: Wire::to(&address, &place), address }
    }

    /// Opens a tab.
    pub fn tab(&mut self) -> Wire {
        let tab = self.wire.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let id = tab["targetId"].as_str().expect("a tab has a name");
        Wire::to(&self.address, &format!("/devtools/page/{id}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if self.wire.send("Browser.close", &json!({})).is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A connection to a tab, or to the browser as a whole.
pub struct Wire {
    socket: WebSocket<TcpStream>,
    calls: u64,
    /// Errors and requests that were told since the list was last taken.
    pub told: Vec<String>,
}

impl Wire {
    fn to(address: &str, place: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the browser can be reached");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time that is not zero");
        let opened = tungstenite::client(format!("ws://{address}{place}"), stream);
        let (socket, _) = opened.unwrap_or_else(|error| panic!("{place}: {error}"));
        Wire { socket, calls: 0, told: Vec::new() }
    }

    fn send(&mut self, method: &str, params: &Value) -> tungstenite::Result<()> {
        self.calls += 1;
        let call = json!({ "id": self.calls, "method": method, "params": params });
        self.socket.send(Message::text(call.to_string()))
    }

    /// Calls a method of the browser and waits for what it gives back.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        self.send(method, params).unwrap_or_else(|error| panic!("{method}: {error}"));
        loop {
            let read = self.socket.read();
            let text = read.unwrap_or_else(|error| panic!("{method} is not answered: {error}"));
            let mut message: Value = serde_json::from_slice(&text.into_data()).expect("JSON");
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.told.extend(trouble(&message["method"], &message["params"]));
        }
    }
}

/// What goes wrong on a page, and what it asks of others.
fn trouble(event: &Value, params: &Value) -> Option<String> {
    match event.as_str()? {
        "Log.entryAdded" => Some(params["entry"]["text"].to_string()),
        "Runtime.consoleAPICalled" => Some(params["args"].to_string()),
        "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
        "Network.requestWillBeSent" => {
            let url = params["request"]["url"].as_str()?;
            let is_own = ["file:", "data:", "about:"].iter().any(|own| url.starts_with(own));
            (!is_own).then(|| format!("asks for {url}"))
        }
        _ => None,
    }
}
