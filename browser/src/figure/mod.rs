//! Figures as pictures: plotly.js' description in, SVG, PDF or PNG out.
//!
//! [`Painter`] holds one browser with plotly.js loaded once. The drawing is plotly.js' own SVG, so text stays text; what
//! plotly.js itself draws as pixels is drawn as vectors instead: WebGL points as plain ones, scatter matrices as panels,
//! heat maps as filled paths. Surfaces in space have no vectors: their scene is an image, at four times the figure's
//! pixels, inside the vector file, with its title and colour bar as text around it.
//!
//! A picture shows a figure as it stands before anybody touches it: without sliders, buttons and tool bar, and where it
//! moves, in the state that the view chose to show first.
//!
//! [`Style`] is the house style's file: colours, fonts and sizes for the themes `screen`, `print` and `dark`.

mod png;
mod still;
mod style;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::error::{Error, Result};
use crate::page::{Area, Page, Paper};

pub use style::{Look, Style};

/// The house style as gradus has it: the file that [`Style::built_in`] reads, and the one to copy for a style of one's own.
pub const HOUSE_STYLE: &str = include_str!("house_style.json");

/// What draws inside of the page.
const DRAW: &str = include_str!("draw.js");
/// More pixels in one direction than this, browsers do not paint.
const MOST_PIXELS: f64 = 16_000.0;

/// As what a figure is painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    /// Vectors, with text as text.
    Svg,
    /// One page of the figure's size, printed from the SVG.
    Pdf,
    /// Pixels: this many for each of the figure's own. 100 of the figure's are an inch, so that 3 gives 300 dpi.
    Png {
        /// Pixels for each of the figure's, above 0.
        scale: f64,
    },
}

/// One browser that paints many figures.
pub struct Painter {
    // Dropped in this order: the pages before their browser.
    easel: Page,
    sheet: Page,
    browser: Browser,
}

impl Painter {
    /// Starts a browser and loads plotly.js, whose source this is (without a script tag), within `limit`.
    ///
    /// # Errors
    /// Those of [`Browser::start`]; [`Error::Script`] where the source is not plotly.js.
    pub fn start(plotly: &str, limit: Duration) -> Result<Self> {
        let until = Instant::now() + limit;
        let browser = Browser::start(limit)?;
        let (mut easel, mut sheet) = (browser.page()?, browser.page()?);
        for page in [&mut easel, &mut sheet] {
            page.set_limit(until.saturating_duration_since(Instant::now()));
        }
        // Painting needs nothing from elsewhere, and a figure from elsewhere shall fetch nothing.
        easel.offline(true)?;
        sheet.offline(true)?;
        sheet.html("<!DOCTYPE html><meta charset='utf-8'><style>@page { margin: 0 } body { margin: 0 }</style>")?;
        easel.html("<!DOCTYPE html><meta charset='utf-8'><body style='margin: 0'></body>")?;
        easel.evaluate(&format!("{plotly}\n;undefined"))?;
        easel.evaluate(DRAW)?;
        Ok(Painter { easel, sheet, browser })
    }

    /// Paints a figure `{"data": …, "layout": {"width": …, "height": …, …}}` within `limit`.
    ///
    /// # Errors
    /// [`Error::Refused`] for a size or scale that is not above 0 or too large; [`Error::Script`] with plotly.js' words;
    /// [`Error::TimedOut`]; [`Error::Ended`]. After the last two a new painter is needed.
    pub fn paint(&mut self, figure: &Value, format: Format, limit: Duration) -> Result<Vec<u8>> {
        let until = Instant::now() + limit;
        let scale = if let Format::Png { scale } = format { scale } else { 1.0 };
        let (width, height) = size(figure, scale)?;
        let mut figure = figure.clone();
        still::make(&mut figure);
        for page in [&mut self.easel, &mut self.sheet] {
            page.set_limit(limit);
        }
        let svg = self.easel.evaluate(&format!("gradusDraw({figure}, {})", scale.max(4.0)))?;
        let svg = svg.as_str().unwrap_or_default();
        if format == Format::Svg {
            return Ok(svg.as_bytes().to_vec());
        }
        self.sheet.set_limit(until.saturating_duration_since(Instant::now()));
        self.sheet.set_size(width.ceil() as u32, height.ceil() as u32, scale)?;
        let show = "(svg, width, height) => {
            document.body.innerHTML = svg;
            document.querySelector('svg').style.display = 'block';
            document.querySelector('style').textContent =
                `@page { margin: 0; size: ${width}px ${height}px } body { margin: 0 }`;
            const images = [...document.querySelectorAll('image')].map(image => image.decode && image.decode());
            return Promise.all([document.fonts.ready, ...images]).then(() => true);
        }";
        self.sheet.evaluate(&format!("({show})({}, {width}, {height})", Value::from(svg)))?;
        let picture = match format {
            Format::Png { .. } => {
                // A figure whose paper is transparent stays so.
                let nothing = json!({"color": {"r": 0, "g": 0, "b": 0, "a": 0}});
                self.sheet.command("Emulation.setDefaultBackgroundColorOverride", nothing)?;
                let area = Area::Clip { x: 0.0, y: 0.0, width, height };
                png::with_density(self.sheet.screenshot(area)?, scale * 100.0)
            }
            _ => {
                let (width, height) = (width / 96.0, height / 96.0);
                let paper = Paper { width, height, margins: [0.0; 4], background: true, footer: None };
                self.sheet.print_pdf(&paper)?
            }
        };
        self.sheet.evaluate("document.body.textContent = ''")?;
        Ok(picture)
    }

    /// The browser that paints.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }
}

/// Width and height of a figure in its own pixels, checked.
fn size(figure: &Value, scale: f64) -> Result<(f64, f64)> {
    let fail = |message: String| Err(Error::Refused { command: "to paint the figure".into(), message });
    if !(scale.is_finite() && scale > 0.0) {
        return fail(format!("scale is {scale}, and must be above 0"));
    }
    // plotly.js' own size, where a figure from elsewhere says none.
    let side = |name: &str, usual: f64| figure["layout"][name].as_f64().unwrap_or(usual);
    let (width, height) = (side("width", 700.0), side("height", 450.0));
    for (name, length) in [("width", width), ("height", height)] {
        if length < 1.0 {
            return fail(format!("its {name} is {length}, and must be at least 1"));
        }
        if length * scale > MOST_PIXELS {
            return fail(format!("its {name} is {length} × {scale}, more than {MOST_PIXELS} pixels"));
        }
    }
    Ok((width, height))
}
