//! A real browser, seen as a reader sees it: Debian's chromium, led by chromedriver.

use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use axum::http::Method;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::block_on;

/// The width of a desk's screen, in CSS pixels.
pub const DESK: u32 = 1280;
/// The width of a phone.
pub const PHONE: u32 = 390;

/// One browser window; a [`Client`] in all other respects. Its processes end with it.
pub struct Browser {
    client: Client,
    process: Option<u64>,
    driver: Child,
    _profile: TempDir,
}

/// Opens a browser for `body`, at the width of a desk, and closes it.
pub fn in_browser(body: impl AsyncFnOnce(&Browser) -> anyhow::Result<()>) -> anyhow::Result<()> {
    block_on(async {
        let mut browser = Browser::open().await?;
        let outcome = body(&browser).await;
        // A closed session leaves no process that still writes to the profile, nor one to kill.
        browser.client.clone().close().await?;
        browser.process = None;
        outcome
    })
}

impl Browser {
    async fn open() -> anyhow::Result<Self> {
        let profile = tempfile::tempdir()?;
        let (mut driver, port) = start_driver(profile.path())?;
        let capabilities = capabilities(profile.path())?;
        let connected = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        let client = match connected {
            Ok(client) => client,
            Err(e) => {
                driver.kill()?;
                driver.wait()?;
                return Err(e).context("chromium does not start");
            }
        };
        let process = client.capabilities().and_then(|c| c.get("goog:processID")).and_then(Value::as_u64);
        let browser = Self { client, process, driver, _profile: profile };
        browser.resize(DESK, 960).await?;
        Ok(browser)
    }

    /// Lays the page out in a viewport of exactly this size, in CSS pixels. (A window cannot be as narrow as a phone.)
    pub async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width <= PHONE });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Writes a PNG of the whole page, at the width it has now.
    pub async fn screenshot(&self, path: &Path) -> anyhow::Result<()> {
        let script = "return [innerWidth, innerHeight, document.documentElement.scrollHeight]";
        let [width, height, whole]: [u32; 3] = serde_json::from_value(self.client.execute(script, vec![]).await?)?;
        self.resize(width, whole.max(height)).await?;
        let png = self.client.screenshot().await?;
        self.resize(width, height).await?;
        std::fs::write(path, png).with_context(|| format!("writing {}", path.display()))
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> anyhow::Result<Value> {
        Ok(self.client.issue_cmd(DevTools { command, parameters }).await?)
    }
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Browser {
    /// For a test that panicked: chromedriver does not take the browser with it.
    fn drop(&mut self) {
        if let Some(process) = self.process {
            let _already_gone = Command::new("kill").args(["-9", &process.to_string()]).stderr(Stdio::null()).status();
        }
        let _already_gone = self.driver.kill();
        let _reaped = self.driver.wait();
    }
}

/// Starts chromedriver on a port that it finds free itself, and waits until it says which. What it and the browser leave
/// behind goes to `scratch`.
fn start_driver(scratch: &Path) -> anyhow::Result<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("chromedriver does not start")?;
    let mut lines = BufReader::new(driver.stdout.take().context("chromedriver has no output")?).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        driver.kill()?;
        driver.wait()?;
        anyhow::bail!("chromedriver ended without naming its port");
    };
    // Whatever it still prints must find a reader.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((driver, port))
}

fn capabilities(profile: &Path) -> anyhow::Result<Capabilities> {
    let arguments = [
        "--headless=new",
        "--no-sandbox", // the sandbox refuses root
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=fr-FR",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": arguments } });
    Ok(serde_json::from_value(capabilities)?)
}

/// A command of the Chrome DevTools Protocol, as chromedriver takes it.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}
