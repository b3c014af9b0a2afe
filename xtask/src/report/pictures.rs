//! Drawing figures and printing sheets, in a browser without a window.

use std::path::Path;
use std::time::Duration;

use gradus_browser::{Browser, Page, Paper};

use super::figures::Figure;
use super::{Picture, Request};
use crate::Failure;

/// How long one figure, or one notebook's sheets, may take.
const LIMIT: Duration = Duration::from_secs(90);
/// How many pixels of the picture for GitHub a pixel of the figure has: sharp on a fine screen, and still small.
const SCALE: f64 = 1.5;

/// Fails where the request needs a browser and there is none.
pub fn find_browser(request: &Request) -> Result<(), Failure> {
    match (gradus_browser::find(), request.needs_a_browser()) {
        (Err(error), Some(what)) => Err(format!("`{what}` needs a browser: {error}")),
        _ => Ok(()),
    }
}

/// The browser that draws, or why there is none.
pub enum Artist {
    Ready { browser: Browser, page: Page },
    Absent(String),
}

impl Artist {
    /// Starts the browser; `plotly` gives plotly.js. A request that does without pictures is served without one.
    pub fn start(request: &Request, plotly: impl FnOnce() -> Result<String, Failure>) -> Result<Self, Failure> {
        let started = Browser::start(LIMIT).and_then(|browser| browser.page().map(|page| (browser, page)));
        match (started, request.needs_a_browser()) {
            (Ok((browser, mut page)), _) => {
                let script = plotly()?.replace("</script", "<\\/script");
                page.html(&format!("<body><script>{script}</script></body>")).map_err(said)?;
                Ok(Self::Ready { browser, page })
            }
            (Err(error), Some(what)) => Err(format!("`{what}` needs a browser: {error}")),
            (Err(error), None) => Ok(Self::Absent(error.to_string())),
        }
    }

    /// A figure for the notebook itself, as PNG.
    pub fn draw_for_notebook(&self, figure: &Figure) -> Result<Vec<u8>, Failure> {
        super::compact::on_white(&self.plotly(figure, "png", SCALE)?)
    }

    /// A figure as a file.
    pub fn draw(&self, figure: &Figure, picture: Picture) -> Result<Vec<u8>, Failure> {
        self.plotly(figure, picture.ending(), 3.0)
    }

    fn plotly(&self, figure: &Figure, format: &str, scale: f64) -> Result<Vec<u8>, Failure> {
        let Self::Ready { page, .. } = self else { return Err("no browser".into()) };
        let mut plot = figure.plot.clone();
        plot["layout"]["paper_bgcolor"] = "white".into();
        let w = &plot["layout"]["width"];
        let h = &plot["layout"]["height"];
        let format = if format == "pdf" { "svg" } else { format };
        let uri = page
            .evaluate(&format!(
                "Plotly.toImage({plot}, {{format: '{format}', width: {w}, height: {h}, scale: {scale}}})"
            ))
            .map_err(said)?;
        let uri = uri.as_str().unwrap_or_default();
        if format == "svg" {
            let text =
                page.evaluate(&format!("decodeURIComponent({:?}.split(',').slice(1).join(','))", uri)).map_err(said)?;
            return Ok(text.as_str().unwrap_or_default().as_bytes().to_vec());
        }
        let data = uri.split(',').nth(1).unwrap_or_default();
        let out = std::process::Command::new("sh")
            .arg("-c")
            .arg("base64 -d")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn();
        let mut out = out.map_err(|e| e.to_string())?;
        use std::io::Write;
        let mut i = out.stdin.take().unwrap();
        let d = data.to_owned();
        let t = std::thread::spawn(move || {
            i.write_all(d.as_bytes()).unwrap();
        });
        let r = out.wait_with_output().map_err(|e| e.to_string())?;
        t.join().unwrap();
        Ok(r.stdout)
    }

    /// A page as sheets of A4.
    pub fn print(&self, sheet: &Path) -> Result<Vec<u8>, Failure> {
        let Self::Ready { browser, .. } = self else { return Err("no browser".into()) };
        let mut page = browser.page().map_err(said)?;
        let sheet = sheet.canonicalize().map_err(|error| format!("{}: {error}", sheet.display()))?;
        page.open(&address(&sheet)).map_err(said)?;
        // Pictures are decoded after the page is loaded.
        page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => null)))")
            .map_err(said)?;
        page.print_pdf(&paper()).map_err(said)
    }

    /// Why there is no browser, where there is none.
    pub fn absent(&self) -> Option<&str> {
        match self {
            Self::Ready { .. } => None,
            Self::Absent(why) => Some(why),
        }
    }
}

fn said(error: gradus_browser::Error) -> Failure {
    error.to_string()
}

/// A4 with room for a binding, and the sheet's number at its foot.
fn paper() -> Paper {
    const MILLIMETRE: f64 = 1.0 / 25.4;
    let footer = "<div style=\"width: 100%; text-align: center; font: 9px sans-serif; color: #555\">\
                  <span class=\"pageNumber\"></span> / <span class=\"totalPages\"></span></div>";
    let margins = [18.0, 17.0, 20.0, 17.0].map(|length| length * MILLIMETRE);
    Paper { margins, footer: Some(footer.into()), ..Paper::a4() }
}

/// A file's address: every byte that has a meaning of its own there is written as a number.
fn address(file: &Path) -> String {
    let mut address = String::from("file://");
    let path = file.to_string_lossy().replace('\\', "/");
    // Windows: `//?/C:/…`, an absolute path without its slash.
    let path = path.strip_prefix("//?/").map_or(path.clone(), |path| format!("/{path}"));
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}
