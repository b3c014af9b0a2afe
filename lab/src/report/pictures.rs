//! Drawing figures and printing sheets, in a browser without a window.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gradus_browser::Paper;
use gradus_browser::figure::{Format, HOUSE_STYLE, Painter, Style};
use serde_json::Value;

use super::compact;
use super::figures::Figure;
use super::request::{Picture, Request};
use crate::Failure;

/// How long the browser's start, one figure, or one notebook's sheets may take.
const LIMIT: Duration = Duration::from_secs(90);
/// How many pixels a picture inside of a notebook has for each of the figure's. JupyterLab shows it in place of the figure
/// until the mouse comes, in as many pixels as it has: with more, the page would jump.
const IN_NOTEBOOK: f64 = 1.0;
/// The same for files, which go to print: 300 dpi.
const IN_PRINT: f64 = 3.0;

/// Fails where the request needs a browser and there is none.
pub fn find_browser(request: &Request) -> Result<(), Failure> {
    match (gradus_browser::find(), request.needs_a_browser()) {
        (Err(error), Some(what)) => Err(format!("`{what}` needs a browser: {error}")),
        _ => Ok(()),
    }
}

/// Draws with a browser, or knows why there is none.
pub enum Artist {
    Ready { painter: Box<Painter>, plotly: String },
    Absent(String),
}

impl Artist {
    /// Starts the browser; `plotly` gives plotly.js. A request that does without pictures is served without one.
    pub fn start(request: &Request, plotly: impl FnOnce() -> Result<String, Failure>) -> Result<Self, Failure> {
        if let Err(error) = gradus_browser::find() {
            return Self::without(request, &error);
        }
        let plotly = plotly()?;
        match Painter::start(&plotly, LIMIT) {
            Ok(painter) => Ok(Self::Ready { painter: Box::new(painter), plotly }),
            Err(error) => Self::without(request, &error),
        }
    }

    fn without(request: &Request, error: &gradus_browser::Error) -> Result<Self, Failure> {
        match request.needs_a_browser() {
            Some(what) => Err(format!("`{what}` needs a browser: {error}")),
            None => Ok(Self::Absent(error.to_string())),
        }
    }

    /// Why there is no browser, where there is none.
    pub fn absent(&self) -> Option<&str> {
        match self {
            Self::Ready { .. } => None,
            Self::Absent(why) => Some(why),
        }
    }

    /// A figure for the notebook itself, as PNG: transparent like the figure, so that it is at home on light and dark.
    pub fn draw_for_notebook(&mut self, figure: &Figure) -> Result<Vec<u8>, Failure> {
        compact::smaller(&self.paint(figure, &figure.plot, Format::Png { scale: IN_NOTEBOOK })?)
    }

    /// A figure as a file, made for print.
    pub fn draw(&mut self, figure: &Figure, style: &Style, picture: Picture) -> Result<Vec<u8>, Failure> {
        let format = match picture {
            Picture::Svg => Format::Svg,
            Picture::Pdf => Format::Pdf,
            Picture::Png => Format::Png { scale: IN_PRINT },
        };
        let mut plot = figure.plot.clone();
        // A figure with a background of its own has chosen its theme.
        if ["rgba(0,0,0,0)", ""].contains(&plot["layout"]["paper_bgcolor"].as_str().unwrap_or_default()) {
            style.look(style, "print").dress(&mut plot, true);
        }
        self.paint(figure, &plot, format)
    }

    fn paint(&mut self, figure: &Figure, plot: &Value, format: Format) -> Result<Vec<u8>, Failure> {
        let (painter, plotly) = self.ready()?;
        let error = match painter.paint(plot, format, LIMIT) {
            Ok(picture) => return Ok(picture),
            Err(error) => error,
        };
        // The browser may be gone, or busy with this figure for ever: the next one gets another.
        match Painter::start(plotly, LIMIT) {
            Ok(another) => *painter = another,
            Err(why) => *self = Self::Absent(why.to_string()),
        }
        Err(format!("figure {} cannot be drawn: {error}", figure.name))
    }

    /// A page as sheets of A4.
    pub fn print(&mut self, sheet: &Path) -> Result<Vec<u8>, Failure> {
        let (painter, _) = self.ready()?;
        let said = |error: gradus_browser::Error| format!("the sheets cannot be printed: {error}");
        let sheet = sheet.canonicalize().map_err(|error| format!("{}: {error}", sheet.display()))?;
        let mut page = painter.browser().page().map_err(said)?;
        page.set_limit(LIMIT);
        page.open(&address(&sheet)).map_err(said)?;
        // Pictures are decoded after the page is loaded.
        page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => null))).then(() => 1)")
            .map_err(said)?;
        page.print_pdf(&paper()).map_err(said)
    }

    fn ready(&mut self) -> Result<(&mut Painter, &str), Failure> {
        match self {
            Self::Ready { painter, plotly } => Ok((painter, plotly)),
            Self::Absent(why) => Err(why.clone()),
        }
    }
}

/// The style of a notebook's figures: `GRADUS_STYLE`, or `gradus-style.json` beside the notebook, laid over the library's.
/// What is wrong with that file, the figures' captions say.
pub fn style_of(notebook: &Path) -> Style {
    let folder = notebook.parent().unwrap_or(Path::new(""));
    let named = env::var_os("GRADUS_STYLE").filter(|name| !name.is_empty()).map(PathBuf::from);
    let file = folder.join(named.unwrap_or_else(|| "gradus-style.json".into()));
    let own = Style::built_in(HOUSE_STYLE);
    fs::read_to_string(file).map(|text| own.with(&text).0).unwrap_or(own)
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
    let path = file.to_string_lossy().replace('\\', "/");
    // Windows: `//?/C:/…`, an absolute path without its slash.
    let path = path.strip_prefix("//?/").map_or(path.clone(), |path| format!("/{path}"));
    let mut address = String::from("file://");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_becomes_an_address() {
        assert_eq!(address(Path::new("/a b/ü#1?.html")), "file:///a%20b/%C3%BC%231%3F.html");
        assert_eq!(address(Path::new(r"\\?\C:\x\y.html")), "file:///C:/x/y.html");
    }

    #[test]
    fn figures_for_print_have_black_ink_on_white() {
        let style = Style::built_in(HOUSE_STYLE);
        let screen: Value = serde_json::from_str(HOUSE_STYLE).unwrap();
        let mut plot = json!({"data": [], "layout": {"font": {"color": screen["screen"]["ink"]}}});
        style.look(&style, "print").dress(&mut plot, true);
        assert_eq!(plot["layout"]["font"]["color"], "#000000");
        assert_eq!(plot["layout"]["paper_bgcolor"], "#ffffff");
    }
}
