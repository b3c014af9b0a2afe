//! `Page`: one tab, its document and its pictures.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::connection::{Connection, exception};
use crate::error::{Error, Result};

/// A tab of a [`crate::Browser`]; closed when dropped.
pub struct Page {
    connection: Arc<Connection>,
    session: String,
    target: String,
    limit: Duration,
}

/// Which part of a page a picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Area {
    /// What the window shows now.
    Window,
    /// The whole page, as long as it is.
    Page,
    /// A rectangle of the page, in CSS pixels from its upper left corner.
    Clip {
        /// Its left edge.
        x: f64,
        /// Its upper edge.
        y: f64,
        /// Its width.
        width: f64,
        /// Its height.
        height: f64,
    },
}

/// The sheet that a page is printed on; lengths in inches.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Its width: 8.27 for A4.
    pub width: f64,
    /// Its height: 11.69 for A4.
    pub height: f64,
    /// Top, right, bottom and left margin.
    pub margins: [f64; 4],
    /// Whether backgrounds are printed.
    pub background: bool,
    /// HTML at the foot of each sheet; `<span class="pageNumber">` and `totalPages` are filled in. Its font size must be
    /// set in it, as the browser's own there is 0.
    pub footer: Option<String>,
}

impl Paper {
    /// A4, upright, with margins of 15 mm.
    pub fn a4() -> Self {
        Paper { width: 8.27, height: 11.69, margins: [0.59; 4], background: true, footer: None }
    }
}

impl Page {
    pub(crate) fn new(connection: Arc<Connection>, session: String, target: String, limit: Duration) -> Result<Self> {
        let page = Page { connection, session, target, limit };
        for domain in ["Page", "Runtime", "Log", "Network", "Inspector"] {
            page.command(&format!("{domain}.enable"), json!({}))?;
        }
        page.command("Page.setLifecycleEventsEnabled", json!({"enabled": true}))?;
        Ok(page)
    }

    /// Sets how long each later command may take.
    pub fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Goes to an address (`https:`, `file:`, `data:`) and waits until it is loaded.
    ///
    /// # Errors
    /// [`Error::Refused`] where it cannot be reached, [`Error::TimedOut`], [`Error::Ended`].
    pub fn open(&mut self, url: &str) -> Result<()> {
        let answer = self.command("Page.navigate", json!({"url": url}))?;
        if let Some(message) = answer["errorText"].as_str() {
            return Err(Error::Refused { command: format!("to open {url}"), message: message.into() });
        }
        match answer["loaderId"].as_str() {
            Some(loader) => self.connection.wait_loaded(&self.session, loader, self.limit),
            // A place within the same document.
            None => Ok(()),
        }
    }

    /// Shows this document, and waits until it is loaded. Its scripts run.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Ended`].
    pub fn html(&mut self, html: &str) -> Result<()> {
        let html = Value::from(html);
        self.evaluate(&format!("document.open(); document.write({html}); document.close();"))?;
        self.wait_until("document.readyState == 'complete'", self.limit)
    }

    /// The value of a JavaScript expression; where it is a promise, what it resolves to.
    ///
    /// # Errors
    /// [`Error::Script`] with the exception's message, [`Error::TimedOut`], [`Error::Ended`].
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        self.evaluate_within(expression, self.limit)
    }

    fn evaluate_within(&self, expression: &str, limit: Duration) -> Result<Value> {
        let arguments = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut answer = self.connection.call(Some(&self.session), "Runtime.evaluate", arguments, limit)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(Error::Script(exception(details))),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// # Errors
    /// [`Error::TimedOut`] after `limit`, naming the condition; [`Error::Script`] where it throws, [`Error::Ended`].
    pub fn wait_until(&self, condition: &str, limit: Duration) -> Result<()> {
        let until = Instant::now() + limit;
        let late = || Error::TimedOut { what: format!("waiting for `{condition}`"), limit };
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let expression = format!("!!({condition})");
            match self.evaluate_within(&expression, left.max(Duration::from_millis(50))) {
                Ok(value) if value == true => return Ok(()),
                Ok(_) => {}
                Err(Error::TimedOut { .. }) => return Err(late()),
                // The document changed under the question.
                Err(Error::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
            if Instant::now() >= until {
                return Err(late());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sets the window's size in CSS pixels, and how many of the picture's pixels each has.
    ///
    /// # Errors
    /// [`Error::Refused`] for a size of 0 or above 10 million, [`Error::Ended`].
    pub fn set_size(&mut self, width: u32, height: u32, scale: f64) -> Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    /// Lets the page think that its reader prefers this: `("prefers-color-scheme", "dark")`, or, with an empty feature,
    /// that it is shown on this medium: `("", "print")`.
    ///
    /// # Errors
    /// [`Error::Ended`], [`Error::TimedOut`].
    pub fn set_media(&mut self, feature: &str, value: &str) -> Result<()> {
        let media = match feature {
            "" => json!({"media": value}),
            _ => json!({"features": [{"name": feature, "value": value}]}),
        };
        self.command("Emulation.setEmulatedMedia", media).map(drop)
    }

    /// A picture as PNG.
    ///
    /// # Errors
    /// [`Error::Refused`] for an empty rectangle, [`Error::TimedOut`], [`Error::Ended`].
    pub fn screenshot(&self, area: Area) -> Result<Vec<u8>> {
        let mut arguments = json!({"format": "png", "captureBeyondViewport": area != Area::Window});
        let clip = match area {
            Area::Window => None,
            Area::Page => {
                let size = self.command("Page.getLayoutMetrics", json!({}))?["cssContentSize"].take();
                let side = |name: &str| size[name].as_f64().unwrap_or(0.0).max(1.0);
                Some((0.0, 0.0, side("width"), side("height")))
            }
            Area::Clip { x, y, width, height } => Some((x, y, width, height)),
        };
        if let Some((x, y, width, height)) = clip {
            arguments["clip"] = json!({"x": x, "y": y, "width": width, "height": height, "scale": 1});
        }
        self.bytes("Page.captureScreenshot", arguments)
    }

    /// The page as PDF.
    ///
    /// # Errors
    /// [`Error::Refused`] for margins that leave no room, [`Error::TimedOut`], [`Error::Ended`].
    pub fn print_pdf(&self, paper: &Paper) -> Result<Vec<u8>> {
        let [top, right, bottom, left] = paper.margins;
        self.bytes(
            "Page.printToPDF",
            json!({
                "paperWidth": paper.width, "paperHeight": paper.height, "printBackground": paper.background,
                "marginTop": top, "marginRight": right, "marginBottom": bottom, "marginLeft": left,
                "displayHeaderFooter": paper.footer.is_some(), "headerTemplate": "<span></span>",
                "footerTemplate": paper.footer.as_deref().unwrap_or("<span></span>"),
            }),
        )
    }

    /// Cuts the page off the network, or connects it again.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::Ended`].
    pub fn offline(&mut self, offline: bool) -> Result<()> {
        let network = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.command("Network.emulateNetworkConditions", network).map(drop)
    }

    /// Exceptions nobody caught, `console.error`, and what could not be loaded, since the page was made.
    pub fn errors(&self) -> Vec<String> {
        self.connection.errors(&self.session)
    }

    /// Any command of the protocol, for what has no method here.
    ///
    /// # Errors
    /// [`Error::Refused`] with the browser's words, [`Error::TimedOut`], [`Error::Ended`].
    pub fn command(&self, command: &str, arguments: Value) -> Result<Value> {
        self.connection.call(Some(&self.session), command, arguments, self.limit)
    }

    fn bytes(&self, command: &str, arguments: Value) -> Result<Vec<u8>> {
        let answer = self.command(command, arguments)?;
        let data = answer["data"].as_str().unwrap_or_default();
        let problem = |message: String| Error::Refused { command: command.into(), message };
        STANDARD.decode(data).map_err(|error| problem(error.to_string()))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A browser that is gone has no pages either.
        let limit = Duration::from_secs(1);
        let _ = self.connection.call(None, "Target.closeTarget", json!({"targetId": self.target}), limit);
    }
}
